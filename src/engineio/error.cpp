#include "engineio/error.hpp"

#include "base/error_table.hpp"

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

std::string_view refusal_body(EngineError error) noexcept {
  switch (error) {
    case EngineError::unknown_transport:
      return R"({"code":0,"message":"Transport unknown"})";
    case EngineError::unknown_session:
      return R"({"code":1,"message":"Session ID unknown"})";
    case EngineError::bad_handshake_method:
      return R"({"code":2,"message":"Bad handshake method"})";
    case EngineError::forbidden:
      return R"({"code":4,"message":"Forbidden"})";
    case EngineError::unsupported_protocol:
      return R"({"code":5,"message":"Unsupported protocol version"})";
    case EngineError::bad_request:
    case EngineError::bad_packet:
    case EngineError::bad_payload:
      break;
  }
  return R"({"code":3,"message":"Bad request"})";
}

}  // namespace quickclinic::engineio
