#pragma once

#include "base/result.hpp"
#include "transport/http_request.hpp"
#include "transport/http_response.hpp"

#include <string>
#include <string_view>

namespace quickclinic::transport {

/// True when the client asks for a WebSocket, rightly or wrongly: then `accept_websocket` decides.
bool is_websocket_request(const HttpRequest& request) noexcept;

/// Checks the client's half of the handshake (RFC 6455, section 4.2.1) and gives the bytes of the
/// server's: `101 Switching Protocols`. Extensions and subprotocols are offers, which we leave
/// unanswered.
///
/// `bad_handshake`, or `unsupported_websocket_version` for any version but 13. Whether the path and
/// the origin are welcome is the caller's to decide, before.
Result<std::string> accept_websocket(const HttpRequest& request);

/// The answer to a refused handshake: 426 with the version we speak, or 400. The connection is
/// closed after it.
HttpResponse refuse_websocket(const Error& error);

/// Sec-WebSocket-Accept for a Sec-WebSocket-Key (RFC 6455, section 4.2.2).
std::string websocket_accept_value(std::string_view key);

}  // namespace quickclinic::transport
