#pragma once

#include "base/timer_wheel.hpp"
#include "engineio/handshake.hpp"
#include "transport/connection.hpp"
#include "transport/http_query.hpp"
#include "transport/http_request.hpp"
#include "transport/options.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace quickclinic::transport {

class EngineEndpoint;

/// A request for a handshake that is in order.
struct Opening {
  HttpRequest request;
  Query query;
  engineio::Intent intent;
  OriginVerdict verdict;
  Client client = {};
  std::shared_ptr<void> ticket = {};  // of `HandshakeVerdict`
};

/// A handshake that waits for `EngineHooks::allow_request` to decide.
///
/// Owned by its endpoint, which drops it when the decision has come, and when the connection goes
/// away before. Refuses the client when its timer fires.
class UndecidedHandshake final : public ConnectionUser {
 public:
  UndecidedHandshake(EngineEndpoint& endpoint, std::uint64_t ticket, Connection& connection,
                     Opening opening);

  Opening& opening() noexcept { return opening_; }
  Connection& connection() noexcept { return connection_; }
  Timer& timer() noexcept { return timer_; }
  const std::optional<std::string>& refusal() const noexcept { return refusal_; }

  /// The hook has returned; true when it has decided already.
  bool asked() noexcept;
  /// Only the first decision counts. True when it can be carried out now: not while the hook, which
  /// borrows the request, is still running.
  bool decide(std::optional<std::string> refusal);

  void websocket_message(Connection&, const WebSocketMessage&) override {}
  void connection_drained(Connection&) override {}
  void connection_lost(Connection& connection) override;

 private:
  EngineEndpoint& endpoint_;
  std::uint64_t ticket_;
  Connection& connection_;
  Opening opening_;
  bool asking_ = true;
  bool decided_ = false;
  std::optional<std::string> refusal_;  // the message; nothing: let in
  Timer timer_;
};

}  // namespace quickclinic::transport
