#include "server/http/caller.hpp"

#include "server/http/http_error.hpp"
#include "server/http/request_reading.hpp"
#include "server/identity/find_token.hpp"

#include <utility>

namespace quickclinic::server {

Result<identity::Claims> presented_claims(const Services& services, const Exchange& exchange) {
  const transport::HttpRequest& request = exchange.request();
  const auto query_token = query_parameter(request, "token");
  if (!query_token) return fail(HttpError::unauthorized);
  const auto found =
      identity::find_token({.auth = nullptr,
                            .authorization = request.header("Authorization"),
                            .cookie = request.header("Cookie").value_or(std::string_view()),
                            .query_token = *query_token});
  if (!found) return fail(HttpError::unauthorized);
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (!reads && found->source == identity::TokenSource::cookie && exchange.from_foreign_page()) {
    return fail(HttpError::forbidden);
  }
  auto claims = services.tokens.verify(found->token, wall_now());
  if (!claims) return fail(HttpError::unauthorized);
  return claims;
}

Task<Caller> identify(const Services& services, ExchangePtr exchange) {
  Result<identity::Claims> claims = presented_claims(services, *exchange);
  if (!claims) co_return std::unexpected(claims.error());
  chat::WatchRequest question;
  question.users.push_back(claims->user);
  question.token_hashes.push_back(claims->token_hash);
  Result<chat::WatchAnswer> answer = co_await services.directory.watch(std::move(question));
  if (!answer) co_return std::unexpected(answer.error());
  const bool known = !answer->users.empty() && answer->users.front().active;
  if (!known || !answer->revoked_tokens.empty()) co_return fail(HttpError::unauthorized);
  co_return Caller{std::move(answer->users.front()), std::move(*claims)};
}

}  // namespace quickclinic::server
