#pragma once

#include "base/result.hpp"
#include "socketio/broadcast.hpp"
#include "socketio/shared_session.hpp"
#include "socketio/socket_info.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::socketio {

class Node;

/// Told how a question to other nodes goes. Each may be called many times and in any order, until
/// the question's time is up.
struct QuestionProgress {
  std::function<void(std::size_t nodes)> nodes_expected;      ///< once: how many will be heard of
  std::function<void(std::size_t clients)> clients_expected;  ///< one node has asked so many
  std::function<void(Arguments)> answered;                    ///< one client has answered
};

/// What other servers answered to a server-side event. `complete` is false when one of them was
/// late; then `answers` has those that were not.
struct ServerAnswers {
  std::vector<Arguments> answers;
  bool complete = true;
};
using ServerAnswersHandler = std::function<void(Result<ServerAnswers>)>;

/// Makes several nodes (processes) one: carries broadcasts and requests to the others, and theirs
/// to this node's `Node`. One object a process, made by an `AdapterFactory`, owned by the server of
/// shard 0 and called on its thread only, whichever shard the request began on.
///
/// Nothing may block, and nothing may be refused: an adapter that has lost its way to the others
/// drops what it is given, says so in its log once, and ends requests with an error in time.
class Adapter {
 public:
  virtual ~Adapter() = default;

  /// A namespace of this node's shard 0, where events of other servers are raised, exists now
  /// (true), or no more. Others exist for as long as they have rooms. Nothing to those who carry
  /// everything anyway.
  virtual void namespace_exists(std::string_view, bool) {}
  /// Somebody on this node is in the room now (true), or nobody any more. A socket's own room
  /// counts.
  virtual void room_occupied(std::string_view nsp, std::string_view room, bool occupied) = 0;

  /// To every other node. The packet was encoded by this server's parser, which can read it.
  virtual void broadcast(std::shared_ptr<const Broadcast> broadcast) = 0;
  /// Asks the clients of the other nodes.
  virtual void ask(std::shared_ptr<const Question> question, QuestionProgress progress) = 0;

  virtual void join(const Selection& who, const std::vector<std::string>& rooms) = 0;
  virtual void leave(const Selection& who, const std::vector<std::string>& rooms) = 0;
  virtual void disconnect(const Selection& who, bool close_clients) = 0;
  /// Sockets of the other nodes.
  virtual void fetch(const Selection& who, FetchHandler done) = 0;

  /// Raises an event on the other nodes; with `done`, they are to answer.
  virtual void server_event(std::string_view nsp, std::string_view name, const Arguments& arguments,
                            ServerAnswersHandler done) = 0;
  /// How many nodes there are, this one included.
  virtual void count_nodes(std::function<void(Result<std::size_t>)> done) = 0;

  // -- clients who come back on another node (`RecoverySettings::across_nodes`)

  /// Whether it can do the following. Then, with that setting, this node does not deliver reliable
  /// broadcasts to all nodes itself: the adapter does, by `Node::emit`, with the offset that the
  /// event has everywhere.
  virtual bool keeps_sessions() const noexcept { return false; }
  virtual void keep_session(std::string_view, const SharedSession&) {}
  /// Takes a session, and looks up what its client has missed since `offset`. Calls `done` with
  /// null when that cannot be known.
  virtual void find_session(std::string_view, std::string_view /*session*/,
                            std::string_view /*offset*/,
                            std::function<void(FoundSessionPtr)> done) {
    done(nullptr);
  }
};

/// Makes the adapter of a node. `node` outlives it.
using AdapterFactory = std::function<std::unique_ptr<Adapter>(Node& node)>;

}  // namespace quickclinic::socketio
