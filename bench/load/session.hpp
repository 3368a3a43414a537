#pragma once

#include "load/loop.hpp"

#include <netinet/in.h>

#include <memory>
#include <string>
#include <string_view>

namespace quickclinic::load {

enum class Transport { websocket, polling };

/// A Socket.IO packet ready to be sent over either transport, made once.
struct Outgoing {
  explicit Outgoing(std::string_view packet);

  std::string message;  ///< the Engine.IO message packet: `4` and the Socket.IO packet
  std::string frame;    ///< the same as a masked WebSocket frame
};

/// Where the server is, as every session sees it.
struct Target {
  sockaddr_in address{};
  std::string host;  ///< for the `Host` field
  std::string path = "/socket.io/";
};

/// One client: an Engine.IO 4 session over one transport with the default Socket.IO namespace on
/// it. Answers the server's heartbeat by itself. A session that ends although nobody let it go
/// makes the run fail, by `Failure`.
class Session {
 public:
  /// Hears what the sessions do. May send from within any call, and may not destroy the session
  /// that calls.
  class Events {
   public:
    virtual void joined(Session& session) = 0;
    /// An event or acknowledgement, from its type digit on: `42["echo"]` on the wire is `2["echo"]`
    /// here.
    virtual void received(Session& session, std::string_view packet) = 0;
    virtual void left(Session& session) = 0;

   protected:
    ~Events() = default;
  };

  /// Who this session is.
  struct Identity {
    std::size_t number = 0;
    std::string query;  ///< added to the handshake's query, each parameter after an `&`
    std::string auth;   ///< the JSON of the CONNECT packet, or empty
  };

  virtual ~Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Connects and joins.
  virtual void start() = 0;
  virtual void send(const Outgoing& outgoing) = 0;
  /// Leaves politely; `left` follows when the server has closed too.
  virtual void leave() = 0;

  std::size_t number() const noexcept { return identity_.number; }

 protected:
  Session(const Target& target, Identity identity, Events& events);

  /// Begins a request on the handshake's path with the rest of the query given, up to the end of
  /// the request line and the Host field.
  std::string request_head(std::string_view method, std::string_view query) const;
  /// One whole Engine.IO packet.
  void take(std::string_view packet);
  /// The server has ended the session: `left` when it was asked for, `Failure` else.
  void end(std::string_view why);

  virtual void send_message(std::string_view packet) = 0;  ///< an Engine.IO packet, seldom
  virtual void opened(std::string_view session_id) = 0;

  const Target& target_;
  Identity identity_;
  Events& events_;
  bool leaving_ = false;

 private:
  void take_message(std::string_view packet);

  bool joined_ = false;
  bool over_ = false;
};

std::unique_ptr<Session> make_session(Transport transport, Loop& loop, const Target& target,
                                      Session::Identity identity, Session::Events& events);

}  // namespace quickclinic::load
