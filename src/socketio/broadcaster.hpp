#pragma once

#include "base/task.hpp"
#include "socketio/broadcast.hpp"
#include "socketio/packet.hpp"
#include "socketio/socket_info.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::socketio {

class Namespace;
class RemoteSocket;

/// What clients answered to a broadcast. `complete` is false when time was up before all had.
struct Answers {
  std::vector<Arguments> answers;
  bool complete = true;
};

/// Picks sockets of a namespace, on all shards and nodes, and does something to them:
/// `nsp.to("a").except("b").emit(…)`. A value to be used at once, on the shard of the namespace
/// that made it.
class Broadcaster {
 public:
  explicit Broadcaster(Namespace& nsp) : nsp_(&nsp) {}

  // -- which

  /// Adds a room to the union that is meant; a socket in several of them counts once.
  Broadcaster to(std::string_view room) &&;
  Broadcaster to(const std::vector<std::string>& rooms) &&;
  Broadcaster except(std::string_view room) &&;
  Broadcaster except(const std::vector<std::string>& rooms) &&;
  /// Only sockets of this process.
  Broadcaster local() &&;
  /// Only sockets of this shard.
  Broadcaster this_shard() &&;

  // -- how

  /// Drops the packet for clients that cannot take it right now.
  Broadcaster if_writable() &&;
  /// Whether the transport may compress the packet, where that is switched on. Default: it may.
  Broadcaster compress(bool allowed) &&;

  // -- what

  /// An event with a reserved name is not sent, but logged.
  void emit(std::string_view name, const Arguments& arguments) &&;
  /// With arguments already encoded: JSON values joined by commas.
  void emit_text(std::string_view name, std::string_view arguments) &&;
  /// Asks each socket for an answer. `done` is called once: when all have answered, or after
  /// `timeout` with what there is then; at once and without any when the name is reserved or too
  /// many requests are under way. On this shard only of several (`this_shard`) is not possible.
  void emit_with_ack(std::string_view name, const Arguments& arguments,
                     std::chrono::milliseconds timeout, std::function<void(Answers)> done) &&;
  /// The same, as a task.
  Task<Answers> ask(std::string name, Arguments arguments, std::chrono::milliseconds timeout) &&;

  /// Copies of what is known about each socket. Fails when another node did not answer in time, or
  /// too many requests are under way.
  void fetch_sockets(std::function<void(Result<std::vector<RemoteSocket>>)> done) &&;
  Task<std::vector<RemoteSocket>> fetch_sockets() &&;
  void join(const std::vector<std::string>& rooms) &&;
  void leave(const std::vector<std::string>& rooms) &&;
  /// Takes the sockets out of the namespace, or ends their whole connections.
  void disconnect(bool close_clients = false) &&;

 private:
  /// Encodes the packet by `encode`, and sends it.
  template <class Encode>
  void send(std::string_view name, const Encode& encode) &&;
  Selection selection() &&;

  Namespace* nsp_;
  std::vector<std::string> rooms_;
  std::vector<std::string> except_;
  Delivery delivery_ = Delivery::reliable;
  Reach reach_ = Reach::cluster;
  bool compress_ = true;
};

}  // namespace quickclinic::socketio
