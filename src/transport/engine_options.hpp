#pragma once

#include "engineio/application.hpp"
#include "engineio/settings.hpp"
#include "socketio/handshake.hpp"
#include "transport/http_request.hpp"
#include "transport/http_response.hpp"
#include "transport/peer_address.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace quickclinic::transport {

class EngineEndpoint;
class Shard;

/// The answer to `EngineHooks::allow_request`. May be copied, kept and given later, on the shard's
/// thread and while the shard lives; when the client has gone by then, or has been answered
/// already, it does nothing.
class Admittance {
 public:
  Admittance(EngineEndpoint& endpoint, std::uint64_t ticket)
      : endpoint_(&endpoint), ticket_(ticket) {}

  void allow() const;
  /// 403 with `{"code":4,"message":…}`; an empty message stands for `Forbidden`.
  void refuse(std::string message = {}) const;
  /// Where it is to be given: for whoever waits for a timer or for another thread before.
  Shard& shard() const noexcept;

 private:
  EngineEndpoint* endpoint_;
  std::uint64_t ticket_;
};

/// A request that an Engine.IO server has refused. Borrowed for the call.
struct ConnectionError {
  unsigned code = 3;         ///< 0 to 5, as the protocol numbers them
  std::string_view message;  ///< what the client reads
  std::string_view context;  ///< what exactly was wrong, for a log; may be empty
};

/// Where a program takes part in the HTTP side of an Engine.IO server. Each may be empty and costs
/// nothing then. Called on every shard at once, so none may change what it captured without a lock;
/// the request is borrowed for the call.
struct EngineHooks {
  /// Asked before each handshake, over polling and over WebSocket, when its form is in order.
  /// Answers through the `Admittance`, now or later; whoever is not answered in
  /// `Patience::admittance` is refused.
  std::function<void(const HttpRequest&, const PeerAddress&, Admittance)> allow_request;

  /// May add to the headers of an answer. A name may occur more than once (`Set-Cookie`).
  using HeaderHook = std::function<void(HeaderList&, const HttpRequest&)>;
  HeaderHook initial_headers;  ///< of a session's first answer, which may be a WebSocket's 101
  HeaderHook headers;  ///< of every answer of a session, the first included; after the other

  /// Told of each request that was refused with a code of the protocol.
  std::function<void(const HttpRequest&, const ConnectionError&)> connection_error;
};

/// A cookie that holds the session's id, by which a load balancer finds the server again. Sent with
/// the answer to a handshake over polling; over WebSocket there is nothing to find again.
struct SessionCookie {
  enum class SameSite { unsaid, strict, lax, none };

  std::string name = "io";
  std::string path = "/";   ///< empty: unsaid
  std::string domain = {};  ///< empty: unsaid
  std::optional<std::chrono::seconds> max_age = {};
  bool http_only = true;
  bool secure = false;
  SameSite same_site = SameSite::lax;

  /// The value of a `Set-Cookie` header.
  std::string set_to(std::string_view session_id) const;
};

/// What can be said about any Engine.IO server: the one below Socket.IO, and each one beside it.
struct EngineOptions {
  std::string path = "/socket.io/";  ///< with its slashes; the last one may be left out by clients
  engineio::Settings engine;
  /// A text message over WebSocket that is larger than `engine.limits.payload_bytes_max`, yet not
  /// than this, is thrown away and its event answered (`Flaw::oversized`), where else the
  /// connection is closed with 1009. 0: never.
  std::size_t oversized_bytes_max = 0;
  EngineHooks hooks = {};
  std::optional<SessionCookie> cookie = {};  ///< none: no cookie is set
};

/// Makes what stands above a new session.
using ApplicationFactory = std::function<std::unique_ptr<engineio::Application>(
    Shard&, engineio::Session&, std::shared_ptr<const socketio::SessionInfo>)>;

/// An Engine.IO server of its own beside the Socket.IO one, on the same listener.
struct EngineMount {
  EngineOptions options;
  ApplicationFactory application;
};

}  // namespace quickclinic::transport
