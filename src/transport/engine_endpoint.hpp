#pragma once

#include "engineio/error.hpp"
#include "transport/connection.hpp"
#include "transport/http_request.hpp"
#include "transport/options.hpp"

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

  void refuse(Connection& connection, engineio::EngineError error,
              const OriginVerdict& verdict = {});

 private:
  void open(Connection& connection, const HttpRequest& request, engineio::TransportKind transport,
            const OriginVerdict& verdict);
  void preflight(Connection& connection, const HttpRequest& request, const OriginVerdict& verdict);
  bool upgrade(Connection& connection, const HttpRequest& request, ConnectionUser& user);

  Shard& shard_;
};

}  // namespace quickclinic::transport
