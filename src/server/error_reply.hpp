#pragma once

#include "base/result.hpp"
#include "socketio/handshake.hpp"

#include <string>
#include <string_view>

namespace quickclinic::server {

/// What this layer refuses by itself. The messages are the contract's texts.
enum class ServerError {
  user_not_found = 1,
  account_disabled,
  relation_not_found,
  unauthorized,
  too_many_connections,
  service_unavailable,
  rate_limited,
  invalid_payload,
  message_not_found,
  failed_to_send,
  failed_to_load,
};
std::error_code make_error_code(ServerError error) noexcept;

/// What a client is told: a code and one of the contract's fixed texts.
struct ErrorReply {
  std::string_view code;
  std::string_view message;
};

/// What was asked for when it failed; decides the words for "the database cannot".
enum class Asked { send, load, mark };

/// The answer to an event that failed. The one place where errors of all layers become words for
/// clients.
ErrorReply event_reply(const Error& error, Asked asked);

/// The answer to an HTTP request that failed: `{ "error": message }`.
struct HttpRefusal {
  unsigned status = 500;
  std::string message;
};
HttpRefusal http_refusal(const Error& error);

/// The answer to a client that may not connect: the text, and the same in snake case as
/// `data.code`.
socketio::ConnectRefusal connect_refusal(const Error& error);

}  // namespace quickclinic::server

template <>
struct std::is_error_code_enum<quickclinic::server::ServerError> : std::true_type {};
