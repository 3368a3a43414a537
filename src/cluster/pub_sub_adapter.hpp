#pragma once

#include "base/string_hash.hpp"
#include "cluster/counters.hpp"
#include "cluster/dialect.hpp"
#include "cluster/pub_sub.hpp"
#include "cluster/requests.hpp"
#include "socketio/adapter.hpp"
#include "socketio/node.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::cluster {

/// What an adapter needs besides its dialect and its way to the others.
struct AdapterOptions {
  /// How long another node may take to answer. Questions to clients have a time of their own.
  std::chrono::milliseconds requests_timeout{5000};
  std::shared_ptr<Counters> counters =
      {};  ///< owners: the adapter, and who reads them; may be null
};

/// The adapter over anything that publishes and subscribes: writes what it is given in a dialect,
/// and carries out what it reads from others.
///
/// When the way to the others is lost, which `PubSub` logs, broadcasts reach this node only, and
/// requests fail or end without the others' answers, in time. What cannot be read is dropped and
/// counted. Nothing that comes in reaches further than `Node`.
///
/// On shard 0's thread; has to outlive whatever that thread still runs.
class PubSubAdapter : public socketio::Adapter {
 public:
  PubSubAdapter(socketio::Node& node, std::unique_ptr<Dialect> dialect,
                std::unique_ptr<PubSub> pub_sub, AdapterOptions options);
  ~PubSubAdapter() override;
  PubSubAdapter(const PubSubAdapter&) = delete;
  PubSubAdapter& operator=(const PubSubAdapter&) = delete;

  void namespace_exists(std::string_view nsp, bool exists) override;
  void room_occupied(std::string_view nsp, std::string_view room, bool occupied) override;
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

  /// The names of all rooms of a namespace on all nodes. Only the classic dialect can ask for them.
  void all_rooms(std::string_view nsp, RoomsHandler done);

 protected:
  /// Says it to the others, on a channel.
  virtual void publish(Message message);
  /// Reads what came for a namespace, by `read`, and carries it out; never throws.
  void take(const std::string& nsp, std::size_t bytes,
            const std::function<Result<Message>()>& read);
  /// Gives an event of another node to the clients of this one.
  virtual void deliver(const Message& message);
  virtual void connected(bool now) { counters_->connected = now; }
  /// What others are to be told of a broadcast; nothing when it cannot be read again.
  std::optional<Message> message_of(const socketio::Broadcast& broadcast) const;
  bool listens_to(std::string_view nsp) const {
    const auto found = namespaces_.find(nsp);
    return found != namespaces_.end() && found->second.listening;
  }
  void count_sent() { counters_->sent.fetch_add(1, std::memory_order_relaxed); }
  socketio::Node& node() const noexcept { return node_; }
  const Dialect& spoken() const noexcept { return *dialect_; }

 private:
  struct Heard {
    bool exists = false;
    std::size_t rooms = 0;
    bool listening = false;
  };

  // -- listening
  void listen_or_not(const std::string& nsp, Heard& heard);
  void listen(const std::string& nsp, const Subscription& to);
  void hear(const std::string& nsp, Topic topic, std::string_view bytes);
  void hear_pattern(const std::string& nsp, std::string_view channel, std::string_view bytes);

  // -- what others ask for
  void carry_out(Message message);
  void answer(const Message& request, Message with);
  void put_question(const Message& message);
  void raise(const Message& message);
  void change(const Message& message);
  void find(const Message& message);

  // -- what is asked of others
  void count_others(std::string_view nsp, std::function<void(Result<std::size_t>)> done);
  void expire_later(const std::string& request, std::chrono::milliseconds timeout);

  socketio::Node& node_;
  std::unique_ptr<Dialect> dialect_;
  std::chrono::milliseconds requests_timeout_;
  std::shared_ptr<Counters> counters_;
  StringMap<Heard> namespaces_;
  Requests requests_;
  std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);  // known to replies
  std::unique_ptr<PubSub> pub_sub_;  // its callbacks need all of the above
};

}  // namespace quickclinic::cluster
