#pragma once

#include "socketio/adapter.hpp"
#include "socketio/settings.hpp"
#include "transport/address_count.hpp"
#include "transport/client_bundle.hpp"
#include "transport/endpoint.hpp"
#include "transport/engine_options.hpp"
#include "transport/http_compression.hpp"
#include "transport/http_limits.hpp"
#include "transport/http_request.hpp"
#include "transport/http_response.hpp"
#include "transport/node_directory.hpp"
#include "transport/tls_context.hpp"
#include "transport/trusted_proxies.hpp"
#include "transport/websocket_compression.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::transport {

/// What a server answers to a page of another origin.
struct OriginVerdict {
  bool refused = false;      ///< 403 for handshakes; the application decides about its own paths
  std::string allow_origin;  ///< Access-Control-Allow-Origin; empty: no CORS headers at all
  bool credentials = false;
};
/// Called on every shard at once, so it may not change what it captured.
using OriginPolicy = std::function<OriginVerdict(const HttpRequest&)>;

/// What a server does about one more handshake from an address.
struct HandshakeVerdict {
  /// Refused with 429, and how long the client is told to wait before it tries again.
  std::optional<std::chrono::seconds> retry_after = {};
  std::string_view message = "Rate limit exceeded";  ///< lasting text that a refused client reads
  std::shared_ptr<void> ticket = {};  ///< owners: the session, and whoever counts by it
};
/// Called on every shard at once, so it may not change what it captured without a lock.
using HandshakeLimit = std::function<HandshakeVerdict(const PeerAddress& client)>;

/// How long a peer may take.
struct Patience {
  std::chrono::milliseconds request{10'000};  ///< from a request's first byte to its last
  std::chrono::milliseconds idle{65'000};  ///< between requests; longer than the proxies in front
  std::chrono::milliseconds admittance{
      10'000};  ///< for `EngineHooks::allow_request` to answer; then the handshake is refused
  std::chrono::milliseconds farewell{
      2'000};  ///< for the peer to close, after we have said that we do
  /// Whoever reads an answer slowly has to take as much of it in each `idle`, or is cut off.
  std::size_t reading_bytes_min = std::size_t{16} * 1024;
};

/// Everything about a server; what it shares with other Engine.IO servers is its base.
struct Options : EngineOptions {
  Endpoint endpoint;
  std::vector<Endpoint> endpoints;  ///< others besides it, served at the same time
  unsigned shards = 1;              ///< at most 4096: a session's id has room for no more
  socketio::Settings socket;
  HttpLimits http;
  WebSocketCompression websocket_compression;  ///< off
  HttpCompression http_compression;  ///< of polling answers, and of what `Shard::compress` is given
  Patience patience;
  /// Makes the adapter that joins this process with others; empty: it is alone.
  socketio::AdapterFactory adapter;
  NodeOptions node;  ///< for several processes whose load balancer need not be sticky
  /// Connections of one shard; more are closed as they come.
  std::size_t connections_max = 100'000;
  /// Connections from one block of addresses (`PeerAddress::block`), of all shards together; more
  /// are closed as they come. Trusted proxies are not counted. Null: no limit.
  std::shared_ptr<AddressCount> connections_per_address;
  /// The proxies in front, which are believed about where requests come from.
  TrustedProxies proxies;
  /// Asked before each handshake, before `EngineHooks::allow_request`; empty: there is no limit.
  HandshakeLimit handshake_limit;
  std::shared_ptr<const TlsContext> tls;  ///< null: plain TCP. Shared by the shards
  /// null: none. Its files are served below `path`, as Node's `serveClient` does.
  std::shared_ptr<const ClientBundle> client_bundle;
  std::vector<EngineMount> engines;  ///< besides Socket.IO's own
  OriginPolicy origin;               ///< empty: everybody may connect, and no CORS headers are sent
};

/// Adds what a verdict says to a response: the CORS headers, or nothing.
void add_cors(HttpResponse& response, const OriginVerdict& verdict);

}  // namespace quickclinic::transport
