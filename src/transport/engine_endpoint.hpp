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

class Shard;

/// The Engine.IO requests of one shard: handshakes, polls, posts and upgrades under
/// `Options::path`. Decides what a request wants and refuses what is wrong with it; sessions do the
/// rest. Owned by the shard, called on its thread.
class EngineEndpoint {
 public:
  explicit EngineEndpoint(Shard& shard) : shard_(shard) {}

  bool owns(std::string_view path) const;
  /// False when the connection has gone to another shard.
  bool handle(Connection& connection, HttpRequest request);

  static HttpResponse refusal(engineio::EngineError error, const OriginVerdict& verdict);
  static HttpResponse polling_answer(std::string body, const OriginVerdict& verdict);

 private:
  void open(Connection& connection, const HttpRequest& request, const Query& query,
            engineio::TransportKind transport, OriginVerdict verdict);
  void serve(Connection& connection, const HttpRequest& request, const engineio::Intent& intent,
             OriginVerdict verdict);
  /// The bytes of the WebSocket handshake; else the request has been refused.
  std::optional<std::string> shake_hands(Connection& connection, const HttpRequest& request);

  Shard& shard_;
};

}  // namespace quickclinic::transport
