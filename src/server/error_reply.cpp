#include "server/error_reply.hpp"

#include "base/error_table.hpp"
#include "chat/conversation.hpp"
#include "chat/store.hpp"
#include "chat/text.hpp"
#include "json/json.hpp"
#include "server/http/http_error.hpp"
#include "server/identity/token_error.hpp"

#include <array>

namespace quickclinic::server {
namespace {

constexpr ErrorEntry entry(ServerError error, std::string_view message, Condition condition) {
  return {static_cast<int>(error), message, condition};
}

constexpr std::array entries = {
    entry(ServerError::user_not_found, "User not found", Condition::unauthenticated),
    entry(ServerError::account_disabled, "Account is disabled", Condition::forbidden),
    entry(ServerError::relation_not_found, "Relation not found", Condition::not_found),
    entry(ServerError::unauthorized, "Unauthorized", Condition::forbidden),
    entry(ServerError::too_many_connections, "Too many connections", Condition::rate_limited),
    entry(ServerError::service_unavailable, "Service unavailable", Condition::unavailable),
    entry(ServerError::rate_limited, "Rate limit exceeded", Condition::rate_limited),
    entry(ServerError::invalid_payload, "Invalid payload", Condition::bad_request),
    entry(ServerError::message_not_found, "Message not found", Condition::not_found),
    entry(ServerError::failed_to_send, "Failed to send message", Condition::unavailable),
    entry(ServerError::failed_to_load, "Failed to load messages", Condition::unavailable),
};

std::string_view words(ServerError error) {
  for (const ErrorEntry& known : entries) {
    if (known.value == static_cast<int>(error)) return known.message;
  }
  return {};
}

bool is_ours(const Error& error) {
  return error.code.category() == make_error_code(ServerError{}).category();
}

bool is_token_error(const Error& error) {
  return error.code.category() ==
         identity::make_error_code(identity::TokenError::missing).category();
}

// The texts of our own errors are static, so views of them stay.
ErrorReply reply(ServerError error, Condition condition) {
  return {to_code(condition), words(error)};
}

ErrorReply cannot(Asked asked, Condition condition) {
  switch (asked) {
    case Asked::send:
      return reply(ServerError::failed_to_send, condition);
    case Asked::load:
      return reply(ServerError::failed_to_load, condition);
    case Asked::mark:
      break;
  }
  return reply(ServerError::service_unavailable, condition);
}

struct HttpMeaning {
  Condition condition;
  unsigned status;
  std::string_view message;
};
constexpr std::array http_meanings = {
    HttpMeaning{Condition::bad_request, 400, "Invalid payload"},
    HttpMeaning{Condition::unauthenticated, 401, "Unauthorized"},
    HttpMeaning{Condition::forbidden, 403, "Forbidden"},
    HttpMeaning{Condition::not_found, 404, "Not found"},
    HttpMeaning{Condition::conflict, 409, "Conflict"},
    HttpMeaning{Condition::too_large, 413, "Content Too Large"},
    HttpMeaning{Condition::rate_limited, 429, "Rate limit exceeded"},
    HttpMeaning{Condition::timeout, 503, "Service unavailable"},
    HttpMeaning{Condition::unavailable, 503, "Service unavailable"},
    HttpMeaning{Condition::internal, 500, "Internal server error"},
};

// The words for an error of the layers below that has words of its own.
std::string_view http_words(const Error& error) {
  if (error.code == make_error_code(chat::TextError::empty))
    return "message and senderId are required";
  if (error.code == make_error_code(chat::TextError::too_long)) return "Message is too long";
  if (error.code == make_error_code(chat::StoreError::no_doctor)) return "Doctor not found";
  if (error.code == make_error_code(chat::StoreError::no_patient)) return "Patient not found";
  return {};
}

}  // namespace

HttpRefusal http_refusal(const Error& error) {
  HttpRefusal refusal;
  for (const HttpMeaning& meaning : http_meanings) {
    if (meaning.condition == error.condition()) {
      refusal = {.status = meaning.status, .message = std::string(meaning.message)};
    }
  }
  // The only status that is no condition of any other layer.
  if (error.code == make_error_code(HttpError::unsupported_media_type)) refusal.status = 415;
  const bool has_words =
      is_ours(error) || error.code.category() == make_error_code(HttpError{}).category();
  if (has_words) refusal.message = error.code.message();
  if (const auto special = http_words(error); !special.empty()) refusal.message = special;
  return refusal;
}

std::error_code make_error_code(ServerError error) noexcept {
  static const ErrorTable table("server", entries);
  return {static_cast<int>(error), table};
}

ErrorReply event_reply(const Error& error, Asked asked) {
  const Condition condition = error.condition();
  if (is_ours(error)) return reply(static_cast<ServerError>(error.code.value()), condition);
  if (error.code == make_error_code(chat::TextError::empty)) {
    return {to_code(Condition::bad_request), "Message cannot be empty"};
  }
  if (error.code == make_error_code(chat::TextError::too_long)) {
    return {to_code(Condition::too_large), "Message is too long"};
  }
  if (error.code == make_error_code(chat::StoreError::not_found)) {
    return reply(ServerError::message_not_found, condition);
  }
  if (error.code == make_error_code(chat::StoreError::invalid))
    return cannot(asked, Condition::not_found);
  if (condition == Condition::bad_request) return reply(ServerError::invalid_payload, condition);
  if (condition == Condition::forbidden) return reply(ServerError::unauthorized, condition);
  return cannot(asked, condition);
}

socketio::ConnectRefusal connect_refusal(const Error& error) {
  Error told = error;
  if (error.code == make_error_code(chat::ConversationError::not_a_member)) {
    told = ServerError::unauthorized;
  } else if (!is_ours(error) && !is_token_error(error)) {
    told = ServerError::service_unavailable;
  }
  const std::string message = told.code.message();
  std::string code;
  for (const char c : message)
    code.push_back(c == ' ' ? '_' : static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c));
  return {message, json::Object{{"code", code}}};
}

}  // namespace quickclinic::server
