#pragma once

#include "base/string_hash.hpp"
#include "socketio/adapter.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::socketio {

class Server;

/// The other nodes, as one shard sees them: hands what is for them to the adapter, which lives on
/// shard 0, and brings its answers here. Single-threaded.
class Cluster {
 public:
  explicit Cluster(Server& server) : server_(server) {}
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  /// On shard 0, before the first client. Throws `std::invalid_argument` for one that cannot do
  /// what the settings ask for.
  void set_adapter(std::unique_ptr<Adapter> adapter);
  Adapter* adapter() const noexcept { return adapter_.get(); }

  /// False when this process is alone: then nothing of the following does anything, and requests
  /// find nobody.
  bool exists() const noexcept;

  /// This shard has made a namespace, or forgotten one.
  void namespace_exists(std::string_view nsp, bool exists);
  void room_occupied(std::string_view nsp, std::string_view room, bool occupied);
  void broadcast(std::shared_ptr<const Broadcast> broadcast);
  void ask(std::shared_ptr<const Question> question, QuestionProgress progress);
  void join(Selection who, std::vector<std::string> rooms);
  void leave(Selection who, std::vector<std::string> rooms);
  void disconnect(Selection who, bool close_clients);
  void fetch(Selection who, FetchHandler done);
  void server_event(std::string nsp, std::string name, Arguments arguments,
                    ServerAnswersHandler done);
  void count_nodes(std::function<void(Result<std::size_t>)> done);
  void keep_session(std::string nsp, SharedSession session);
  void find_session(std::string nsp, std::string session, std::string offset,
                    std::function<void(FoundSessionPtr)> done);

  /// On shard 0, for the adapter: whether anybody on this node is in the room.
  bool holds(std::string_view nsp, std::string_view room) const;

 private:
  void with_adapter(std::function<void(Adapter&)> call);
  template <class... Arguments>
  std::function<void(Arguments...)> coming_home(std::function<void(Arguments...)> callback,
                                                std::vector<std::uint64_t>& open);
  template <class Answer>
  std::function<void(Answer)> once_home(std::function<void(Answer)> callback);
  void count(const std::string& nsp, const std::string& room, bool occupied);

  Server& server_;
  std::unique_ptr<Adapter> adapter_;  // on shard 0 only
  // On shard 0: by how many shards a room is held, by namespace and room.
  StringMap<StringMap<std::size_t>> occupied_;
};

}  // namespace quickclinic::socketio
