#pragma once

#include "socketio/adapter.hpp"
#include "socketio/node.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::testing {

/// What joins the nodes of one process: each has a place on it, and what is posted to a place runs
/// on the thread of its node's first shard, in the order of posting. Owned by the adapters on it.
/// Any thread.
class Bus {
 public:
  using Place = std::size_t;
  using Task = std::function<void(socketio::Node&)>;

  /// For as long as it has not left, `node` is there and its loop runs, or may be posted to.
  Place enter(socketio::Node& node);
  void leave(Place place);
  std::size_t size();
  /// Dropped when nobody is there any more.
  void post(Place to, Task task);
  /// To everybody but `from`. Answers how many they are.
  std::size_t post_to_others(Place from, const Task& task);

 private:
  void post_locked(socketio::Node& node, Task task) const;

  std::mutex mutex_;
  Place last_ = 0;
  std::map<Place, socketio::Node*> nodes_;
};

/// The whole of an adapter without a network: for tests of what servers and adapters expect of each
/// other. Requests to nodes that do not answer end after `request_timeout`.
class BusAdapter final : public socketio::Adapter {
 public:
  static constexpr std::chrono::milliseconds request_timeout{500};

  /// Makes adapters that are on one bus of their own.
  static socketio::AdapterFactory network();

  BusAdapter(std::shared_ptr<Bus> bus, socketio::Node& node);
  ~BusAdapter() override { bus_->leave(place_); }
  BusAdapter(const BusAdapter&) = delete;
  BusAdapter& operator=(const BusAdapter&) = delete;

  void room_occupied(std::string_view, std::string_view, bool) override {}  // everybody gets all
  void broadcast(std::shared_ptr<const socketio::Broadcast> broadcast) override;
  void ask(std::shared_ptr<const socketio::Question> question,
           socketio::QuestionProgress progress) override;
  void join(const socketio::Selection& who, const std::vector<std::string>& rooms) override;
  void leave(const socketio::Selection& who, const std::vector<std::string>& rooms) override;
  void disconnect(const socketio::Selection& who, bool close_clients) override;
  void fetch(const socketio::Selection& who, socketio::FetchHandler done) override;
  void server_event(std::string_view nsp, std::string_view name,
                    const socketio::Arguments& arguments,
                    socketio::ServerAnswersHandler done) override;
  void count_nodes(std::function<void(Result<std::size_t>)> done) override;

 private:
  /// A function that others may call, and that runs here.
  template <class Value>
  std::function<void(Value)> at_home(std::function<void(Value)> callback) const;

  std::shared_ptr<Bus> bus_;  // owners: all adapters on it
  socketio::Node& node_;
  Bus::Place place_;
};

}  // namespace quickclinic::testing
