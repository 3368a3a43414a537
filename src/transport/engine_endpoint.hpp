#pragma once

#include "engineio/error.hpp"
#include "engineio/handshake.hpp"
#include "transport/connection.hpp"
#include "transport/http_query.hpp"
#include "transport/http_request.hpp"
#include "transport/options.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace quickclinic::transport {

class LiveSession;
class Shard;

/// The Engine.IO requests of one mount on one shard: handshakes, polls, posts and upgrades under
/// its path. Decides what a request wants and refuses what is wrong with it; sessions do the
/// rest. Owned by the shard, called on its thread.
class EngineEndpoint {
 public:
  EngineEndpoint(Shard& shard, EngineMount mount);
  EngineEndpoint(const EngineEndpoint&) = delete;
  EngineEndpoint& operator=(const EngineEndpoint&) = delete;

  const engineio::Settings& settings() const noexcept { return mount_.options.engine; }
  std::unique_ptr<engineio::Application> make_application(
      engineio::Session& session, std::shared_ptr<const socketio::SessionInfo> info) const;

  bool owns(std::string_view path) const;
  /// Whether a body above `maxPayload` is read all the same, to be answered.
  HttpParser::BodySkip body_skip(const HttpRequest& head) const;
  /// False when the connection has gone to another shard.
  bool handle(Connection& connection, HttpRequest request);

  static HttpResponse refusal(engineio::EngineError error, const OriginVerdict& verdict);
  static HttpResponse too_large(const OriginVerdict& verdict);
  static HttpResponse polling_answer(std::string body, const OriginVerdict& verdict);

 private:
  void open(Connection& connection, const HttpRequest& request, const Query& query,
            engineio::TransportKind transport, OriginVerdict verdict);
  void serve(Connection& connection, const HttpRequest& request, const engineio::Intent& intent,
             OriginVerdict verdict);
  /// The bytes of the WebSocket handshake; else the request has been refused.
  std::optional<std::string> shake_hands(Connection& connection, const HttpRequest& request);

  /// This mount's session of that name; the ids of other mounts are unknown here.
  LiveSession* find(std::string_view id) const;

  Shard& shard_;
  const EngineMount mount_;
  const WebSocketLimits websocket_limits_;
};

}  // namespace quickclinic::transport
