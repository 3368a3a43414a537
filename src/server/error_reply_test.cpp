#include "server/error_reply.hpp"

#include "chat/conversation.hpp"
#include "chat/store.hpp"
#include "chat/text.hpp"
#include "json/json.hpp"
#include "server/http/http_error.hpp"
#include "server/identity/token_error.hpp"

#include <gtest/gtest.h>

#include <tuple>

namespace quickclinic::server {
namespace {

using chat::StoreError;
using chat::TextError;

struct EventCase {
  Error error;
  Asked asked;
  std::string_view code;
  std::string_view message;
};

TEST(EventReply, HasTheContractsWordsForEveryError) {
  const EventCase cases[] = {
      {TextError::empty, Asked::send, "bad_request", "Message cannot be empty"},
      {TextError::too_long, Asked::send, "too_large", "Message is too long"},
      {TextError::invalid, Asked::send, "bad_request", "Invalid payload"},
      {chat::ConversationError::bad_client_message_id, Asked::send, "bad_request",
       "Invalid payload"},
      {chat::ConversationError::not_a_member, Asked::send, "forbidden", "Unauthorized"},
      {json::JsonError::wrong_type, Asked::load, "bad_request", "Invalid payload"},
      {ServerError::invalid_payload, Asked::mark, "bad_request", "Invalid payload"},
      {ServerError::unauthorized, Asked::send, "forbidden", "Unauthorized"},
      {ServerError::rate_limited, Asked::mark, "rate_limited", "Rate limit exceeded"},
      {ServerError::failed_to_send, Asked::send, "unavailable", "Failed to send message"},
      {StoreError::not_found, Asked::mark, "not_found", "Message not found"},
      {StoreError::not_found, Asked::load, "not_found", "Message not found"},
      {StoreError::unavailable, Asked::send, "unavailable", "Failed to send message"},
      {StoreError::overloaded, Asked::send, "unavailable", "Failed to send message"},
      {StoreError::corrupt, Asked::send, "internal", "Failed to send message"},
      {StoreError::conflict, Asked::send, "conflict", "Failed to send message"},
      {StoreError::invalid, Asked::send, "not_found", "Failed to send message"},
      {StoreError::unavailable, Asked::load, "unavailable", "Failed to load messages"},
      {StoreError::corrupt, Asked::load, "internal", "Failed to load messages"},
      {StoreError::unavailable, Asked::mark, "unavailable", "Service unavailable"},
  };
  for (const EventCase& one : cases) {
    const ErrorReply reply = event_reply(one.error, one.asked);
    EXPECT_EQ(reply.code, one.code) << one.error.describe();
    EXPECT_EQ(reply.message, one.message) << one.error.describe();
  }
}

TEST(EventReply, TellsNothingOfAForeignError) {
  const Error foreign(std::make_error_code(std::errc::io_error), "/var/lib/secret");

  const ErrorReply reply = event_reply(foreign, Asked::send);

  EXPECT_EQ(reply.code, "internal");
  EXPECT_EQ(reply.message, "Failed to send message");
}

struct RefusalCase {
  Error error;
  std::string message;
  std::string code;
};

TEST(ConnectRefusal, HasTheContractsWordsAndTheSameInSnakeCase) {
  using identity::TokenError;
  const RefusalCase cases[] = {
      {TokenError::missing, "Missing token", "missing_token"},
      {TokenError::format, "Invalid token format", "invalid_token_format"},
      {TokenError::signature, "Invalid token signature", "invalid_token_signature"},
      {TokenError::expired, "Token expired", "token_expired"},
      {TokenError::not_yet_valid, "Token not yet valid", "token_not_yet_valid"},
      {ServerError::user_not_found, "User not found", "user_not_found"},
      {ServerError::account_disabled, "Account is disabled", "account_is_disabled"},
      {ServerError::relation_not_found, "Relation not found", "relation_not_found"},
      {ServerError::unauthorized, "Unauthorized", "unauthorized"},
      {chat::ConversationError::not_a_member, "Unauthorized", "unauthorized"},
      {ServerError::too_many_connections, "Too many connections", "too_many_connections"},
      {ServerError::service_unavailable, "Service unavailable", "service_unavailable"},
      {StoreError::unavailable, "Service unavailable", "service_unavailable"},
      {StoreError::corrupt, "Service unavailable", "service_unavailable"},
      {Error(std::make_error_code(std::errc::io_error)), "Service unavailable",
       "service_unavailable"},
  };
  for (const RefusalCase& one : cases) {
    const socketio::ConnectRefusal refusal = connect_refusal(one.error);
    EXPECT_EQ(refusal.message, one.message);
    EXPECT_EQ(json::to_text(refusal.data), "{\"code\":\"" + one.code + "\"}");
  }
}

TEST(HttpRefusals, HaveAStatusForEachConditionAndWordsForClients) {
  const std::tuple<Error, unsigned, std::string_view> cases[] = {
      {HttpError::forbidden, 403, "Forbidden"},
      {HttpError::unsupported_media_type, 415, "Content-Type must be application/json"},
      {HttpError::limit_too_large, 400, "limit cannot exceed 100"},
      {ServerError::relation_not_found, 404, "Relation not found"},
      {ServerError::failed_to_send, 503, "Failed to send message"},
      {identity::TokenError::signature, 401, "Unauthorized"},
      {chat::TextError::empty, 400, "message and senderId are required"},
      {chat::TextError::too_long, 413, "Message is too long"},
      {chat::TextError::invalid, 400, "Invalid payload"},
      {chat::ConversationError::not_a_member, 403, "Forbidden"},
      {chat::StoreError::no_doctor, 404, "Doctor not found"},
      {chat::StoreError::no_patient, 404, "Patient not found"},
      {chat::StoreError::conflict, 409, "Conflict"},
      {chat::StoreError::overloaded, 503, "Service unavailable"},
      {chat::StoreError::corrupt, 500, "Internal server error"},
      {Error(std::make_error_code(std::errc::io_error)), 500, "Internal server error"},
  };
  for (const auto& [error, status, message] : cases) {
    const HttpRefusal refusal = http_refusal(error);
    EXPECT_EQ(refusal.status, status) << message;
    EXPECT_EQ(refusal.message, message);
  }
}

}  // namespace
}  // namespace quickclinic::server
