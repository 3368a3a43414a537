#include "engineio/error.hpp"

#include "base/error_table.hpp"
#include "json/json.hpp"

#include <array>

namespace quickclinic::engineio {
namespace {

constexpr std::array entries = {
    ErrorEntry{static_cast<int>(EngineError::unknown_transport), "Transport unknown",
               Condition::bad_request},
    ErrorEntry{static_cast<int>(EngineError::unknown_session), "Session ID unknown",
               Condition::bad_request},
    ErrorEntry{static_cast<int>(EngineError::bad_handshake_method), "Bad handshake method",
               Condition::bad_request},
    ErrorEntry{static_cast<int>(EngineError::bad_request), "Bad request", Condition::bad_request},
    ErrorEntry{static_cast<int>(EngineError::forbidden), "Forbidden", Condition::forbidden},
    ErrorEntry{static_cast<int>(EngineError::unsupported_protocol), "Unsupported protocol version",
               Condition::bad_request},
    ErrorEntry{static_cast<int>(EngineError::bad_packet), "malformed Engine.IO packet",
               Condition::bad_request},
    ErrorEntry{static_cast<int>(EngineError::bad_payload), "malformed polling payload",
               Condition::bad_request},
};

}  // namespace

std::error_code make_error_code(EngineError error) noexcept {
  static const ErrorTable table("engineio", entries);
  return {static_cast<int>(error), table};
}

unsigned refusal_code(EngineError error) noexcept {
  switch (error) {
    case EngineError::unknown_transport:
      return 0;
    case EngineError::unknown_session:
      return 1;
    case EngineError::bad_handshake_method:
      return 2;
    case EngineError::forbidden:
      return 4;
    case EngineError::unsupported_protocol:
      return 5;
    case EngineError::bad_request:
    case EngineError::bad_packet:
    case EngineError::bad_payload:
      break;
  }
  return 3;
}

std::string_view refusal_message(EngineError error) noexcept {
  static constexpr std::array<std::string_view, 6> messages = {
      "Transport unknown", "Session ID unknown", "Bad handshake method",
      "Bad request",       "Forbidden",          "Unsupported protocol version"};
  return messages[refusal_code(error)];
}

std::string refusal_body(EngineError error) { return refusal_body(error, refusal_message(error)); }

std::string refusal_body(EngineError error, std::string_view message) {
  std::string body = "{\"code\":" + std::to_string(refusal_code(error)) + ",\"message\":";
  json::append_string(body, message);
  body += '}';
  return body;
}

}  // namespace quickclinic::engineio
