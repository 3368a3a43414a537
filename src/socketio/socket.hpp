#pragma once

#include "base/result.hpp"
#include "base/strong_id.hpp"
#include "base/timer_wheel.hpp"
#include "socketio/broadcaster.hpp"
#include "socketio/handshake.hpp"
#include "socketio/packet.hpp"
#include "socketio/rooms.hpp"

#include <any>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::socketio {

class Client;
class Namespace;
class Parser;
class Socket;

/// A socket's public name: 20 characters, 120 random bits. Also the name of a room that holds it
/// alone.
using SocketId = StrongId<struct SocketIdTag>;
using SocketPtr = std::shared_ptr<Socket>;

/// What came back for an event that asked for an answer, or `Condition::timeout` / `disconnected`.
using AckHandler = std::function<void(Result<Arguments>)>;

/// One client inside one namespace. Owned by its client while connected, and by whoever keeps a
/// `SocketPtr` to go on with it later; then it may be disconnected meanwhile, and everything sent
/// is dropped. Every call comes from the shard's thread.
class Socket : public std::enable_shared_from_this<Socket> {
 public:
  Socket(Namespace& nsp, Client& client, SocketId id, Handshake handshake);
  ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  const SocketId& id() const noexcept { return id_; }
  Namespace& nsp() const noexcept { return nsp_; }
  bool connected() const noexcept { return state_ == State::connected; }
  /// True when the client has gone: what is sent is dropped, and a decision to let it in comes too
  /// late.
  bool abandoned() const noexcept { return client_ == nullptr; }
  /// Null after the connection handlers when `Settings::keep_handshake` is off.
  const Handshake* handshake() const noexcept { return handshake_.get(); }

  /// Sends an event to this client alone. Dropped when the socket is disconnected.
  void emit(std::string_view name, const Arguments& arguments,
            Delivery delivery = Delivery::reliable);
  /// The same with arguments already encoded: JSON values joined by commas.
  void emit_text(std::string_view name, std::string_view arguments,
                 Delivery delivery = Delivery::reliable);
  /// Sends an event and calls `handler` once: with the client's answer, or with an error after
  /// `timeout` or when the socket disconnects.
  void emit_with_ack(std::string_view name, const Arguments& arguments,
                     std::chrono::milliseconds timeout, AckHandler handler);

  void join(std::string_view room);
  void leave(std::string_view room);
  std::vector<std::string> rooms() const;

  /// Begins a broadcast to others: this socket is left out.
  Broadcaster to(std::string_view room) const;
  Broadcaster broadcast() const;

  /// Leaves the namespace ("server namespace disconnect"); with `close_client` the whole connection
  /// ends.
  void disconnect(bool close_client = false);

  /// A place for what the application knows about this socket.
  std::any& data() noexcept { return data_; }
  template <class Value>
  Value* data_as() noexcept {
    return std::any_cast<Value>(&data_);
  }

 private:
  friend class Ack;
  friend class Client;
  friend class Namespace;
  friend class Rooms;
  enum class State { connecting, connected, disconnected };
  struct PendingAcks;

  const Parser& parser() const;
  void send(const Frames& frames, Delivery delivery);
  void receive_ack(AckId id, Arguments arguments);
  /// Fails every answer still owed. The socket is disconnected by then.
  void drop_acks();

  Namespace& nsp_;
  Client* client_;  // null once disconnected
  SocketId id_;
  State state_ = State::connecting;
  std::unique_ptr<Handshake> handshake_;
  std::vector<Rooms::Place> places_;
  std::unique_ptr<PendingAcks> acks_;  // made by the first event that asks for an answer
  std::any data_;
};

}  // namespace quickclinic::socketio
