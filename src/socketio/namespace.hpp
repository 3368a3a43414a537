#pragma once

#include "base/string_hash.hpp"
#include "socketio/broadcaster.hpp"
#include "socketio/event.hpp"
#include "socketio/socket.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::socketio {

class Server;

/// A `/path` with its own handlers, middleware and rooms: the part of it that lives on one shard.
/// Owned by the shard's `Server` for as long as that lives. Set it up before the first client
/// comes; handlers, and every other call, run on the shard's thread. A handler must not block.
class Namespace {
 public:
  using ConnectionHandler = std::function<void(Socket&)>;
  using DisconnectHandler = std::function<void(Socket&, std::string_view reason)>;
  using EventHandler = std::function<void(Socket&, Event&)>;
  /// Lets the client in (nothing) or not. To be called once, on the shard, now or later.
  using Decision = std::function<void(std::optional<ConnectRefusal>)>;
  using Middleware = std::function<void(SocketPtr, Decision)>;

  Namespace(Server& server, std::string name);
  Namespace(const Namespace&) = delete;
  Namespace& operator=(const Namespace&) = delete;

  const std::string& name() const noexcept { return name_; }
  Server& server() const noexcept { return server_; }

  /// Asked in turn before a client joins. The socket is not connected yet: it can emit nothing and
  /// is in no room. One that throws refuses.
  void use(Middleware middleware);
  /// Runs when a client has joined, after it was told so.
  void on_connection(ConnectionHandler handler);
  /// Runs when a socket has gone, with the protocol's reason. `Socket::rooms()` still tells where
  /// it was.
  void on_disconnect(DisconnectHandler handler);
  /// What a handler throws is logged; its event then has no answer, and the client stays.
  void on(std::string name, EventHandler handler);
  /// For events that have no handler of their own.
  void on_any(EventHandler handler);

  Broadcaster to(std::string_view room) { return Broadcaster(*this).to(room); }
  Broadcaster except(std::string_view room) { return Broadcaster(*this).except(room); }
  Broadcaster everybody() { return Broadcaster(*this); }

  /// The connected socket of that name on this shard, or null.
  Socket* find(const SocketId& id) const;
  std::size_t size() const noexcept { return sockets_.size(); }
  /// Calls `visit` for each connected socket of this shard; it may disconnect any of them.
  void for_each(const std::function<void(Socket&)>& visit);
  /// The sockets of this shard in `room`.
  std::vector<SocketPtr> in(std::string_view room) const;

  /// Gives a broadcast to the sockets of this shard that it names. For broadcasters and shards.
  void deliver(const Broadcast& broadcast);
  /// Gives a broadcast to the other shards.
  void publish(std::shared_ptr<const Broadcast> broadcast);

 private:
  friend class Client;
  friend class Socket;

  // The steps of a socket's life, called by its client.
  void admit(const SocketPtr& socket, std::size_t middleware, Decision decided);
  void connected(Socket& socket);
  void gone(Socket& socket, std::string_view reason);
  void receive(Socket& socket, Event& event);

  void join(Socket& socket, std::string_view room);
  void leave(Socket& socket, std::string_view room);
  bool excepted(const Socket& socket, const std::vector<std::string>& rooms) const;
  void occupy(std::string_view room, bool occupied);
  /// Runs a handler of the application. False when it threw, which is logged.
  template <class Call>
  bool shielded(std::string_view kind, const Call& call) const;

  Server& server_;
  std::string name_;
  std::vector<Middleware> middleware_;
  std::vector<ConnectionHandler> connection_handlers_;
  std::vector<DisconnectHandler> disconnect_handlers_;
  StringMap<EventHandler> event_handlers_;
  EventHandler any_handler_;
  StringMap<Socket*> sockets_;  // by id, connected ones only: also the rooms of one
  Rooms rooms_;
};

}  // namespace quickclinic::socketio
