#pragma once

#include "base/timer_wheel.hpp"
#include "engineio/application.hpp"
#include "engineio/session.hpp"
#include "socketio/parser.hpp"
#include "socketio/server.hpp"
#include "socketio/socket.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::socketio {

struct Restored;

/// One session as Socket.IO sees it: all its namespaces, multiplexed. Made by the session's host
/// when the session opens, fed with its messages, told when it has closed, and destroyed after
/// that, never from within one of its own calls. Single-threaded.
///
/// A client over Engine.IO 3 speaks protocol 4 (Socket.IO 2): it is in the main namespace at once,
/// and joins as `protocol4.hpp` says. It is not told how to be recovered.
class Client final : public engineio::Application {
 public:
  Client(Server& server, engineio::Session& session, std::shared_ptr<const SessionInfo> info);
  ~Client() override;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// A message of the session. One that breaks the protocol closes the session with "parse error".
  void receive(std::string_view message, bool binary) override;
  /// A text message larger than may be read, of which only the beginning was kept: goes to its
  /// event's handler with `Flaw::oversized`, if so much can be made out; else false.
  bool receive_oversized(std::string_view beginning) override;
  /// The session has closed, for whatever reason. Every socket is told.
  void closed(engineio::CloseReason reason) override;

 private:
  friend class Socket;

  /// A namespace that the client has asked for and that is being looked for. Shared with whoever
  /// looks, who may be done when the client has gone.
  struct Wish {
    Client* client;  // null when it has
    std::string nsp;
  };

  bool speaks_v4() const noexcept { return session_.protocol() == engineio::Protocol::v3; }
  void handle(Packet packet);
  void connect(Packet& packet);
  SocketId id_in(const Namespace& nsp) const;
  void enter(Namespace* nsp, std::string_view asked, Handshake handshake);
  void recover(Namespace& nsp, Handshake handshake);
  void join(Namespace& nsp, Handshake handshake, std::unique_ptr<Restored> restored);
  void decided(const SocketPtr& socket, std::optional<ConnectRefusal> refusal);
  void break_off(engineio::CloseReason reason);
  void leave(Socket& socket, std::string_view reason);
  void leave_all(std::string_view reason);
  /// Takes it out of all namespaces, tells it so, and closes the session.
  void dismiss();

  SocketPtr find(std::string_view nsp) const;
  void forget(const Socket& socket);
  void send(const Frames& frames, Delivery delivery);
  void send(engineio::FramePtr frame);

  Server& server_;
  engineio::Session& session_;
  std::shared_ptr<const SessionInfo> info_;  // owners: this and the handshakes made from it
  std::unique_ptr<PacketDecoder> decoder_;
  std::unique_ptr<Timer> connect_timer_;  // until the first namespace is joined
  std::vector<std::shared_ptr<Wish>> wishes_;
  std::vector<SocketPtr> sockets_;  // connected or being decided upon; seldom more than one
};

}  // namespace quickclinic::socketio
