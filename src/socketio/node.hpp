#pragma once

#include "socketio/adapter.hpp"
#include "socketio/broadcast.hpp"
#include "socketio/parser.hpp"
#include "socketio/shard_link.hpp"
#include "socketio/socket_info.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::socketio {

/// This process: all its shards as one. What is asked of it is done here at once, on the other
/// shards as soon as they come to it; answers come back here.
///
/// Each shard's server has one, for broadcasters; the one of shard 0 is what an adapter sees of its
/// own node. Single-threaded.
class Node {
 public:
  explicit Node(Server& server) : server_(server) {}
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  Server& server() const noexcept { return server_; }

  /// Gives a packet to the sockets that it is for.
  void broadcast(std::shared_ptr<const Broadcast> broadcast);
  /// An event of another node: encoded here, and kept here for clients who may come back for it.
  /// `place`: the offset that it has on all nodes, whose text is in `head`.
  void emit(Selection to, const EventHead& head, const Arguments& arguments, Delivery delivery,
            std::optional<Offset> place = {});
  /// Asks each socket for an answer. `progress` hears the number of clients once, and then each
  /// answer; after the question's time nothing more comes. `nodes_expected` is not called.
  void ask(const std::shared_ptr<const Question>& question, QuestionProgress progress);

  void join(const Selection& who, const std::vector<std::string>& rooms);
  void leave(const Selection& who, const std::vector<std::string>& rooms);
  void disconnect(const Selection& who, bool close_clients);
  void fetch(const Selection& who, std::function<void(SocketInfos)> done);
  /// The names of all rooms of a namespace, those of single sockets included.
  void all_rooms(std::string_view nsp, std::function<void(std::vector<std::string>)> done);

  /// Raises a server-side event on this shard. `reply` is empty when no answer is wanted. False
  /// when nobody listens to it.
  bool raise(std::string_view nsp, std::string_view name, const Arguments& arguments,
             std::function<void(Arguments)> reply);

 private:
  Server& server_;
};

}  // namespace quickclinic::socketio
