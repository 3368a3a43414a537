#include "server/http/chat_routes.hpp"

#include "server/audit_trail.hpp"
#include "server/error_reply.hpp"
#include "server/http/api_json.hpp"
#include "server/http/http_error.hpp"
#include "server/http/request_reading.hpp"

#include <string>
#include <utility>

namespace quickclinic::server {
namespace {

struct Wanted {
  std::string text;
  std::optional<std::string> client_message_id;
};

Result<Wanted> read_wanted(const transport::HttpRequest& request) {
  const Result<json::Value> body = read_body(request);
  if (!body) return std::unexpected(body.error());
  const json::Object& object = body->get_object();
  Wanted wanted{.text = text_of(object, "text"), .client_message_id = std::nullopt};
  if (wanted.text.empty()) wanted.text = text_of(object, "message");
  const json::Value* client_id = object.if_contains("clientMessageId");
  if (client_id != nullptr && !client_id->is_null()) {
    if (!client_id->is_string()) return fail(ServerError::invalid_payload);
    wanted.client_message_id = std::string(json::view(client_id->get_string()));
  }
  return wanted;
}

// What a failed send means to whoever asked for it over HTTP.
Error sending_error(const Error& error) {
  if (error.code == make_error_code(chat::StoreError::invalid))
    return ServerError::relation_not_found;
  if (error.condition() == Condition::unavailable)
    return {make_error_code(ServerError::failed_to_send), error.describe()};
  return error;
}

}  // namespace

void ChatRoutes::install(Router& router) {
  constexpr std::string_view path = "/api/doctorpatientrelations/{}/chats";
  router.add("GET", path, [this](ExchangePtr exchange) { return list(std::move(exchange)); });
  router.add("POST", path, [this](ExchangePtr exchange) { return send(std::move(exchange)); });
}

Task<chat::Conversation> ChatRoutes::open(ExchangePtr exchange, chat::UserId user) {
  const chat::RelationId relation(exchange->parameter(0));
  const Result<chat::Membership> membership =
      co_await services_.directory.find_membership(relation);
  if (!membership) {
    const bool unknown = membership.error().condition() == Condition::not_found;
    if (unknown) co_return fail(ServerError::relation_not_found);
    co_return std::unexpected(membership.error());
  }
  Result<chat::Conversation> conversation = chat::Conversation::open(*membership, user);
  if (!conversation) co_return fail(HttpError::forbidden);
  co_return conversation;
}

void ChatRoutes::record(const Exchange& exchange, chat::AuditAction action,
                        const chat::UserId& user, std::string_view subject, std::string result) {
  services_.audit.record({.action = action,
                          .actor = user,
                          .relation = chat::RelationId(exchange.parameter(0)),
                          .subject = std::string(subject),
                          .address = exchange.client().text(),
                          .result = std::move(result)});
}

Task<Router::Answer> ChatRoutes::list(ExchangePtr exchange) {
  const Result<Caller> caller = co_await identify(services_, exchange);
  if (!caller) co_return std::unexpected(caller.error());
  const Result<Loaded> loaded = co_await load(exchange, caller->user.id);
  record(*exchange, chat::AuditAction::read_history, caller->user.id,
         loaded ? loaded->newest : std::string(), audit_result(loaded));
  if (!loaded) co_return std::unexpected(loaded.error());
  co_return Reply{.body = loaded->body};
}

Task<ChatRoutes::Loaded> ChatRoutes::load(ExchangePtr exchange, chat::UserId user) {
  const Result<chat::Conversation> conversation = co_await open(exchange, std::move(user));
  if (!conversation) co_return std::unexpected(conversation.error());
  const Result<chat::PageRequest> request = read_page_query(exchange->request());
  if (!request) co_return std::unexpected(request.error());
  const auto read_state = query_parameter(exchange->request(), "readState");
  if (!read_state) co_return fail(HttpError::malformed_query);
  const Result<chat::MessagePage> page =
      co_await services_.messages.page(conversation->relation(), *request);
  if (!page) co_return std::unexpected(page.error());
  // The messages are ascending.
  co_return Loaded{
      .body = api::chats(*page, *request, *conversation, *read_state == "true"),
      .newest = page->messages.empty() ? std::string() : page->messages.back().id.text()};
}

Task<Router::Answer> ChatRoutes::send(ExchangePtr exchange) {
  const Result<Caller> caller = co_await identify(services_, exchange);
  if (!caller) co_return std::unexpected(caller.error());
  const Result<> begun = co_await begin(exchange, caller->user.id);
  if (!begun) {
    // Whoever floods must not fill the audit record, too.
    const bool flood = begun.error().condition() == Condition::rate_limited;
    if (!flood)
      record(*exchange, chat::AuditAction::send, caller->user.id, {}, audit_result(begun));
    co_return std::unexpected(begun.error());
  }
  co_return std::nullopt;
}

Task<> ChatRoutes::begin(ExchangePtr exchange, chat::UserId user) {
  const Result<chat::Conversation> conversation = co_await open(exchange, std::move(user));
  if (!conversation) co_return std::unexpected(conversation.error());
  const Result<Wanted> wanted = read_wanted(exchange->request());
  if (!wanted) co_return std::unexpected(wanted.error());
  Result<chat::Draft> draft = chat::draft(*conversation, wanted->text, wanted->client_message_id,
                                          services_.settings.max_message_chars);
  if (!draft) co_return std::unexpected(draft.error());
  if (const auto wait =
          services_.limits.message(conversation->self().id, conversation->relation())) {
    exchange->refuse_for(*wait);
    co_return fail(ServerError::rate_limited);
  }
  if (services_.draining) co_return fail(ServerError::failed_to_send);
  auto people = std::make_shared<const chat::Conversation>(*conversation);
  events_.send(
      people, std::move(*draft), exchange->client().text(),
      [exchange, people](const Result<chat::Appended>& appended) {
        if (!appended) return exchange->refuse(sending_error(appended.error()));
        exchange->answer({.status = 201, .body = api::chat(appended->message, people->self())});
      },
      exchange->trace());
  co_return Result<>();
}

}  // namespace quickclinic::server
