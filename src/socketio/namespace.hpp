#pragma once

#include "base/string_hash.hpp"
#include "socketio/adapter.hpp"
#include "socketio/broadcaster.hpp"
#include "socketio/error_policy.hpp"
#include "socketio/event.hpp"
#include "socketio/event_handlers.hpp"
#include "socketio/event_middleware.hpp"
#include "socketio/socket.hpp"
#include "socketio/typed_handler.hpp"

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace quickclinic::socketio {

class ParentNamespace;
class Server;

/// A `/path` with its own handlers, middleware and rooms: the part of it that lives on one shard.
/// Owned by the shard's `Server` until it is removed, and by the sockets that were in it. Set it up
/// before the first client comes; handlers, and every other call, run on the shard's thread. A
/// handler must not block. What one throws is logged, and the client stays.
class Namespace : public std::enable_shared_from_this<Namespace> {
 public:
  using ConnectionHandler = std::function<void(Socket&)>;
  using DisconnectHandler = std::function<void(Socket&, std::string_view reason)>;
  using EventHandler = socketio::EventHandler;
  /// Lets the client in (nothing) or not. To be called once, on the shard, now or later.
  using Decision = std::function<void(std::optional<ConnectRefusal>)>;
  using Middleware = std::function<void(SocketPtr, Decision)>;
  /// An event from another node. `reply` is empty when that wants no answer; called once, now or
  /// later.
  using ServerEventHandler =
      std::function<void(const Arguments& arguments, std::function<void(Arguments)> reply)>;

  Namespace(Server& server, std::string name, ParentNamespace* parent = nullptr);
  Namespace(const Namespace&) = delete;
  Namespace& operator=(const Namespace&) = delete;

  const std::string& name() const noexcept { return name_; }
  Server& server() const noexcept { return server_; }
  /// The parent that made it, or null.
  ParentNamespace* parent() const noexcept { return parent_; }

  // -- what to do

  /// Asked in turn before a client joins. The socket is not connected yet: it can emit nothing and
  /// is in no room. One that throws refuses.
  void use(Middleware middleware);
  /// Asked in turn before an event reaches its handlers.
  void use_for_events(EventMiddleware middleware);
  /// Runs when a client has joined, after it was told so. A socket whose handler throws is
  /// disconnected.
  void on_connection(ConnectionHandler handler);
  /// Runs when a socket has gone, with the protocol's reason. `Socket::rooms()` still tells where
  /// it was.
  void on_disconnect(DisconnectHandler handler);
  /// Several handlers of one event run in the order in which they were added; those of the socket
  /// itself come behind them.
  void on(std::string name, EventHandler handler);
  /// The same for a handler that names the types it takes and answers with: see `typed_handler`.
  template <class Callable>
    requires(!std::same_as<std::decay_t<Callable>, EventHandler>)
  void on(std::string name, Callable&& handler) {
    on(std::move(name), typed_handler(std::forward<Callable>(handler)));
  }
  /// For every event, before middleware and its own handlers.
  void on_any(EventHandler handler);
  /// For events that no handler was added for.
  void on_unhandled(EventHandler handler);
  /// What becomes of events that cannot be dealt with; `answer_error` unless set.
  void on_error(ErrorPolicy policy);
  /// Hands an event that has failed to that policy.
  void fail_event(Socket& socket, std::string_view event, const Error& error, Ack& ack);
  /// For `server_side_emit` of other nodes. Called on shard 0 only.
  void on_server_event(std::string name, ServerEventHandler handler);

  // -- to everybody

  Broadcaster to(std::string_view room) { return Broadcaster(*this).to(room); }
  Broadcaster except(std::string_view room) { return Broadcaster(*this).except(room); }
  Broadcaster everybody() { return Broadcaster(*this); }

  /// Raises an event on the other nodes of the cluster. With `done`, they are asked for an answer.
  void server_side_emit(std::string_view name, const Arguments& arguments,
                        ServerAnswersHandler done = {});
  /// The same, as a task.
  Task<ServerAnswers> server_side_ask(std::string name, Arguments arguments);

  /// The connected socket of that name on this shard, or null.
  Socket* find(const SocketId& id) const;
  std::size_t size() const noexcept { return sockets_.size(); }
  /// Calls `visit` for each connected socket of this shard; it may disconnect any of them.
  void for_each(const std::function<void(Socket&)>& visit);
  /// The sockets of this shard in `room`.
  std::vector<SocketPtr> in(std::string_view room) const;
  /// The sockets of this shard that `who` names, whatever namespace it says.
  std::vector<SocketPtr> select(const Selection& who) const;
  /// The names of all rooms with a member on this shard, those of single sockets included.
  std::vector<std::string> room_names() const;

  // -- for broadcasters and nodes: this shard's part

  /// Gives a packet to the sockets that it is for.
  void deliver(const Broadcast& broadcast);
  /// Sends each socket a packet that asks for the answer `id`; returns how many there are. `answer`
  /// hears each of them.
  std::size_t ask(const Selection& who, const Frames& frames, AckId id,
                  std::chrono::milliseconds timeout, const AckHandler& answer);
  bool raise(std::string_view name, const Arguments& arguments,
             std::function<void(Arguments)> reply);

 private:
  friend class Client;
  friend class Socket;
  friend class EventRun;
  friend class Server;

  // The steps of a socket's life, called by its client.
  void admit(const SocketPtr& socket, Decision decided);
  void ask_middleware(const SocketPtr& socket, std::size_t index, Decision decided);
  void connected(Socket& socket);
  void gone(Socket& socket, std::string_view reason);
  void abandoned();
  void receive(Socket& socket, Event& event);
  void dispatch(Socket& socket, Event& event);
  void refuse(Socket& socket, Event& event, const Error& error) {
    fail_event(socket, event.name, error, event.ack);
  }

  void join(Socket& socket, std::string_view room);
  void leave(Socket& socket, std::string_view room);
  std::vector<Socket*> find_all(const std::vector<std::string>& rooms) const;
  void occupy(std::string_view room, bool occupied);
  void clean_up();
  void call(const EventHandler& handler, Socket& socket, Event& event);

  Server& server_;
  std::string name_;
  ParentNamespace* parent_;
  std::size_t joining_ = 0;  // sockets that are being decided upon
  bool removed_ = false;
  bool overheard_ = false;  // a socket has, or had, a listener to outgoing events, which may do
                            // anything while its members are walked
  std::vector<Middleware> middleware_;
  std::vector<EventMiddleware> event_middleware_;
  std::vector<ConnectionHandler> connection_handlers_;
  std::vector<DisconnectHandler> disconnect_handlers_;
  EventHandlers handlers_;
  EventHandler unhandled_;
  ErrorPolicy error_policy_;
  StringMap<ServerEventHandler> server_events_;
  StringMap<Socket*> sockets_;  // by id, connected ones only: also the rooms of one
  Rooms rooms_;
};

}  // namespace quickclinic::socketio
