#pragma once

#include "base/result.hpp"
#include "base/task.hpp"
#include "base/timer_wheel.hpp"
#include "socketio/broadcaster.hpp"
#include "socketio/emit_options.hpp"
#include "socketio/event_handlers.hpp"
#include "socketio/event_middleware.hpp"
#include "socketio/handshake.hpp"
#include "socketio/offset.hpp"
#include "socketio/packet.hpp"
#include "socketio/rooms.hpp"
#include "socketio/socket_data.hpp"
#include "socketio/socket_id.hpp"
#include "socketio/socket_info.hpp"
#include "socketio/typed_handler.hpp"

#include <any>
#include <chrono>
#include <concepts>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace quickclinic::socketio {

class Client;
class Namespace;
class Parser;
class Socket;
struct RecoveryState;
struct SocketHooks;

using SocketPtr = std::shared_ptr<Socket>;

/// What came back for an event that asked for an answer, or `Condition::timeout` / `disconnected`.
using AckHandler = std::function<void(Result<Arguments>)>;

/// One client inside one namespace. Owned by its client while connected, and by whoever keeps a
/// `SocketPtr` to go on with it later; then it may be disconnected meanwhile, and everything sent
/// is dropped. Every call comes from the shard's thread.
class Socket : public std::enable_shared_from_this<Socket> {
 public:
  using OutgoingListener =
      std::function<void(Socket&, std::string_view event, const Arguments& arguments)>;
  using DisconnectHandler = std::function<void(Socket&, std::string_view reason)>;

  Socket(std::shared_ptr<Namespace> nsp, Client& client, SocketId id, Handshake handshake);
  ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  const SocketId& id() const noexcept { return id_; }
  Namespace& nsp() const noexcept { return *nsp_; }
  bool connected() const noexcept { return state_ == State::connected; }
  /// True when the client has gone: what is sent is dropped, and a decision to let it in comes too
  /// late.
  bool abandoned() const noexcept { return client_ == nullptr; }
  /// Null after the connection handlers when `Settings::keep_handshake` is off.
  const Handshake* handshake() const noexcept { return handshake_.get(); }
  /// Whether this socket was cut off and has come back with its id, rooms and data
  /// (`RecoverySettings`). While the middleware is asked, the data is there and the rooms are not.
  bool recovered() const noexcept;
  /// For middleware that finds somebody else behind a session than was there before: makes this a
  /// new socket, with a new id, in no room and with no data.
  void renounce_recovery();

  // -- what to do with this client's events, beside what its namespace does

  void on(std::string name, EventHandler handler);
  void once(std::string name, EventHandler handler);
  /// The same for handlers that name the types they take and answer with: see `typed_handler`.
  template <class Callable>
    requires(!std::same_as<std::decay_t<Callable>, EventHandler>)
  void on(std::string name, Callable&& handler) {
    on(std::move(name), typed_handler(std::forward<Callable>(handler)));
  }
  template <class Callable>
    requires(!std::same_as<std::decay_t<Callable>, EventHandler>)
  void once(std::string name, Callable&& handler) {
    once(std::move(name), typed_handler(std::forward<Callable>(handler)));
  }
  void off(std::string_view name);
  /// For every event, before middleware and its own handlers.
  void on_any(EventHandler handler);
  void off_any();
  /// Hears every event that is sent to this client, broadcasts included. These are then decoded
  /// again for it: meant for finding faults.
  void on_any_outgoing(OutgoingListener listener);
  void off_any_outgoing();
  /// Asked before an event reaches its handlers, after the namespace's own middleware.
  void use(EventMiddleware middleware);
  /// Runs when the socket has gone; `rooms()` still tells where it was.
  void on_disconnect(DisconnectHandler handler);

  // -- to this client

  /// Sends an event to this client alone. Dropped when the socket is disconnected, and logged when
  /// its name is reserved.
  void emit(std::string_view name, const Arguments& arguments, EmitOptions options = {});
  /// The same with arguments already encoded: JSON values joined by commas.
  void emit_text(std::string_view name, std::string_view arguments, EmitOptions options = {});
  /// Sends an event and calls `handler` once: with the client's answer, or with an error after
  /// `timeout` or when the socket disconnects.
  void emit_with_ack(std::string_view name, const Arguments& arguments,
                     std::chrono::milliseconds timeout, AckHandler handler);
  /// The same, as a task.
  Task<Arguments> ask(std::string name, Arguments arguments, std::chrono::milliseconds timeout);

  void join(std::string_view room);
  void leave(std::string_view room);
  std::vector<std::string> rooms() const;

  // -- to others

  /// Begins a broadcast to others: this socket is left out.
  Broadcaster to(std::string_view room) const;
  Broadcaster except(std::string_view room) const;
  Broadcaster broadcast() const;

  /// Leaves the namespace ("server namespace disconnect"); with `close_client` the whole connection
  /// ends.
  void disconnect(bool close_client = false);

  // -- what the application knows about this socket

  SocketData& data() noexcept { return data_; }
  const SocketData& data() const noexcept { return data_; }
  /// The value of that type, or null.
  template <class Value>
  Value* data_as() noexcept {
    return data_.get<Value>();
  }
  /// What others may see of it.
  SocketInfo info() const;

 private:
  friend class Ack;
  friend class Client;
  friend class EventRun;
  friend class Namespace;
  friend class Recovery;
  friend class Rooms;
  enum class State { connecting, connected, disconnected };
  struct PendingAcks;
  enum class AtDisconnect { fail, forget };

  const Parser& parser() const;
  SocketHooks& hooks();
  RecoveryState& recovery();
  bool is_kept() const noexcept;
  /// Ends the whole connection, as if the client had lost it.
  void cut_off();
  /// Whether a broadcast has reached this socket on the shard that it came back from.
  bool has_seen(const Offset& offset) const noexcept;
  /// Whether packets that are sent like this are written down for a client that may come back.
  bool is_logged(EmitOptions options) const;
  void send_logged(Frames frames, const Offset& offset);
  void send(const Frames& frames, Delivery delivery);
  void tell_outgoing(const Frames& frames);
  /// Sends a packet that asks for an answer. False when there are too many already.
  bool ask(const Frames& frames, AckId id, std::chrono::milliseconds timeout, AckHandler handler,
           AtDisconnect at_disconnect);
  void receive_ack(AckId id, Arguments arguments);
  /// Fails every answer still owed. The socket is disconnected by then.
  void drop_acks();

  std::shared_ptr<Namespace> nsp_;
  Client* client_;  // null once disconnected
  SocketId id_;
  State state_ = State::connecting;
  std::unique_ptr<Handshake> handshake_;
  std::vector<Rooms::Place> places_;
  std::unique_ptr<PendingAcks> acks_;  // made by the first event that asks for an answer
  std::unique_ptr<SocketHooks> hooks_;
  std::unique_ptr<RecoveryState> recovery_;  // null when recovery is off
  SocketData data_;
};

}  // namespace quickclinic::socketio
