#pragma once

#include "base/result.hpp"

#include <system_error>

#include <string>
#include <string_view>

namespace quickclinic::engineio {

/// What a peer can do wrong at this layer. Each ends the session, or the request before there is
/// one.
enum class EngineError {
  unknown_transport = 1,  ///< code 0 of the protocol
  unknown_session,        ///< code 1
  bad_handshake_method,   ///< code 2
  bad_request,            ///< code 3
  forbidden,              ///< code 4
  unsupported_protocol,   ///< code 5
  bad_packet,             ///< an empty packet, an unknown type, or a ping from the client
  bad_payload,            ///< a polling body that is no payload
};
std::error_code make_error_code(EngineError error) noexcept;

/// The protocol's number for it, 0 to 5; errors that have none count as `bad_request`, here and
/// below.
unsigned refusal_code(EngineError error) noexcept;
/// The protocol's words for it: `Transport unknown`.
std::string_view refusal_message(EngineError error) noexcept;
/// The body of an HTTP answer that refuses a request: `{"code":0,"message":"Transport unknown"}`.
std::string refusal_body(EngineError error);
std::string refusal_body(EngineError error, std::string_view message);

}  // namespace quickclinic::engineio

template <>
struct std::is_error_code_enum<quickclinic::engineio::EngineError> : std::true_type {};
