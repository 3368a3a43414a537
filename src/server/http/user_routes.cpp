#include "server/http/user_routes.hpp"

#include "chat/text.hpp"
#include "server/audit_trail.hpp"
#include "server/error_reply.hpp"
#include "server/http/api_json.hpp"
#include "server/http/caller.hpp"
#include "server/http/http_error.hpp"
#include "server/http/request_reading.hpp"
#include "server/token_for.hpp"

#include <chrono>
#include <string>
#include <utility>

namespace quickclinic::server {
namespace {

constexpr std::chrono::days login_life{7};
// How long a token that never expires stays on the list of revoked ones.
constexpr std::chrono::days for_ever{36'500};

std::string cookie(const Exchange& exchange, const std::string& token, std::chrono::seconds life) {
  std::string text = "token=" + token + "; Path=/; Max-Age=" + std::to_string(life.count()) +
                     "; HttpOnly; SameSite=Lax";
  if (exchange.over_tls()) text += "; Secure";
  return text;
}

}  // namespace

void UserRoutes::install(Router& router) {
  router.add("POST", "/api/user/login",
             [this](ExchangePtr exchange) { return login(std::move(exchange)); });
  router.add("POST", "/api/user/logout",
             [this](ExchangePtr exchange) { return logout(std::move(exchange)); });
  router.add("GET", "/api/user/me",
             [this](ExchangePtr exchange) { return me(std::move(exchange)); });
  router.add("GET", "/api/user/session",
             [this](ExchangePtr exchange) { return session(std::move(exchange)); });
}

Task<Router::Answer> UserRoutes::login(ExchangePtr exchange) {
  // Whoever has made the tokens elsewhere signs people in there.
  if (!services_.settings.jwt_secret) co_return fail(HttpError::not_found);
  const Result<json::Value> body = read_body(exchange->request());
  if (!body) co_return std::unexpected(body.error());
  const std::string email = text_of(body->get_object(), "email");
  const std::string password = text_of(body->get_object(), "password");
  const std::string address = chat::fold_address(email);
  if (address.empty() || password.empty()) co_return fail(HttpError::credentials_missing);
  if (const auto wait = services_.limits.login(exchange->client(), address)) {
    services_.audit.record({.action = chat::AuditAction::login,
                            .address = exchange->client().text(),
                            .result = std::string(to_code(Condition::rate_limited))});
    exchange->refuse_for(*wait);
    co_return std::nullopt;
  }

  Result<chat::Credentials> credentials = co_await services_.directory.find_credentials(email);
  const bool unknown = !credentials && credentials.error().condition() == Condition::not_found;
  if (!credentials && !unknown) co_return std::unexpected(credentials.error());
  std::optional<std::string> hash;
  if (credentials && credentials->user.active) hash = std::move(credentials->password_hash);
  Result<bool> fits = co_await services_.passwords.check(password, std::move(hash));
  if (!fits) co_return std::unexpected(fits.error());
  services_.audit.record(
      {.action = chat::AuditAction::login,
       .actor = credentials ? credentials->user.id : chat::UserId(),
       .address = exchange->client().text(),
       .result = *fits ? "ok" : std::string(to_code(Condition::unauthenticated))});
  if (!*fits) co_return fail(HttpError::credentials_wrong);

  const Result<std::string> token = token_for(services_.settings, credentials->user, login_life);
  if (!token) co_return std::unexpected(token.error());
  co_return Reply{.status = 200,
                  .body = json::to_text(json::Object{{"message", "Login successful"},
                                                     {"user", api::user(credentials->user)}}),
                  .headers = {{"Set-Cookie", cookie(*exchange, *token, login_life)}}};
}

// Also for those whose token is none any more: they want to be rid of it.
Task<Router::Answer> UserRoutes::logout(ExchangePtr exchange) {
  const Result<identity::Claims> claims = presented_claims(services_, *exchange);
  if (!claims && claims.error().code == make_error_code(HttpError::forbidden)) {
    co_return std::unexpected(claims.error());
  }
  if (claims) {
    const WallTime until = claims->expires_at.value_or(wall_now() + for_ever);
    const Result<> revoked = co_await services_.directory.revoke_token(claims->token_hash, until);
    services_.audit.record({.action = chat::AuditAction::logout,
                            .actor = claims->user,
                            .address = exchange->client().text(),
                            .result = audit_result(revoked)});
    if (!revoked) co_return std::unexpected(revoked.error());
  }
  co_return Reply{.status = 200,
                  .body = R"({"message":"Logged out"})",
                  .headers = {{"Set-Cookie", cookie(*exchange, "", std::chrono::seconds(0))}}};
}

Task<Router::Answer> UserRoutes::me(ExchangePtr exchange) {
  const Result<Caller> caller = co_await identify(services_, exchange);
  if (!caller) co_return std::unexpected(caller.error());
  co_return Reply{.body = json::to_text(json::Object{{"user", api::user(caller->user)}})};
}

Task<Router::Answer> UserRoutes::session(ExchangePtr exchange) {
  Result<Router::Answer> answer = co_await me(std::move(exchange));
  if (answer || answer.error().condition() != Condition::unauthenticated) co_return answer;
  co_return Reply{.body = R"({"user":null})"};
}

}  // namespace quickclinic::server
