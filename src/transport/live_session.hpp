#pragma once

#include "base/timer_wheel.hpp"
#include "engineio/application.hpp"
#include "engineio/session.hpp"
#include "socketio/handshake.hpp"
#include "transport/connection.hpp"
#include "transport/options.hpp"

#include <memory>

namespace quickclinic::transport {

class EngineEndpoint;
class Shard;

/// A session at work: the Engine.IO state, the application above it, and the connections that
/// carry it at the moment. Owned by its shard, called on its thread, and gone when the session is
/// over and its last words are said.
class LiveSession final : public engineio::SessionHost, public ConnectionUser {
 public:
  LiveSession(Shard& shard, const EngineEndpoint& endpoint, engineio::SessionId id,
              engineio::TransportKind transport, engineio::Encoding encoding,
              std::shared_ptr<const socketio::SessionInfo> info);
  ~LiveSession();
  LiveSession(const LiveSession&) = delete;
  LiveSession& operator=(const LiveSession&) = delete;

  engineio::Session& session() noexcept { return session_; }
  const EngineEndpoint& endpoint() const noexcept { return endpoint_; }
  /// The body that answers a handshake over polling.
  std::string open_payload() const;

  /// The WebSocket that opened the session.
  void opens_over(Connection& websocket);
  /// Holds on to what its admission gave it, until its end.
  void keep(std::shared_ptr<void> ticket) { ticket_ = std::move(ticket); }
  /// What the origin of the client's last request may see.
  void set_origin(OriginVerdict verdict) { origin_ = std::move(verdict); }
  /// Does what is due before a request is served; a request and a timer may come in either order.
  /// False when the session is over.
  bool catch_up();
  /// A GET, which `connection` waits with; the answer comes now or later, in the coding that the
  /// client likes best.
  void poll(Connection& connection, const HttpRequest& request);
  /// A POST, which is answered before this returns.
  void post(Connection& connection, const HttpRequest& request);
  /// A WebSocket that wants to take over from polling.
  void probe(Connection& websocket);
  /// Ends the session from this side.
  void close(engineio::CloseReason reason);

  /// Writes what there is to write, and tells everybody who must know that the session has ended.
  /// The shard calls this at the end of a batch in which the session stirred.
  void pump();
  /// Something of this session has thrown: cuts its connections. The next `pump` tells the
  /// application.
  void fail() noexcept;

  void session_stirred() override;
  void websocket_message(Connection& connection, const WebSocketMessage& message) override;
  void connection_drained(Connection& connection) override;
  void connection_lost(Connection& connection) override;

 private:
  friend class Shard;

  /// A polling body, packet by packet. False when it broke the protocol.
  bool take_payload(const HttpRequest& request);
  template <class Reader>
  bool take_packets(Reader reader);
  /// False when the packet broke the protocol.
  bool take_packet(engineio::IncomingPacket packet);
  /// Of a text packet that is too large. False when nobody can be answered for it.
  bool take_oversized(std::string_view beginning);
  /// A text packet `b…` over WebSocket, from a client that has no binary frames.
  void take_base64(std::string_view packet);
  void take_probe(Connection& connection, const WebSocketMessage& message);
  std::string open_packet() const;
  void answer_poll();
  void end();
  void arm();
  void on_timer(TimePoint now);
  void time_has_come(TimePoint now) noexcept;

  Shard& shard_;
  const EngineEndpoint& endpoint_;
  engineio::Session session_;
  std::unique_ptr<engineio::Application> application_;
  Connection* websocket_ = nullptr;
  Connection* poll_ = nullptr;                       // the GET that waits
  std::unique_ptr<const HttpRequest> poll_request_;  // kept for `EngineHooks::headers` alone
  Connection* probe_ = nullptr;                      // the WebSocket that is not the transport yet
  OriginVerdict origin_;
  std::shared_ptr<void> ticket_;  // owners: this, and whoever counts sessions by it
  ContentCoding poll_coding_ = ContentCoding::identity;
  bool queued_ = false;    // in the shard's list for the end of the batch
  bool greeting_ = false;  // the open packet waits until the client listens
  bool told_ = false;      // the application knows that the session has closed
  Timer timer_;
};

}  // namespace quickclinic::transport
