#include "server/http/caller.hpp"

#include "server/error_reply.hpp"
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

Task<Caller> identify(Services& services, ExchangePtr exchange) {
  Result<identity::Claims> claims = presented_claims(services, *exchange);
  if (!claims) co_return std::unexpected(claims.error());
  if (const auto wait = services.limits.person(claims->user)->requests.take(Clock::now())) {
    exchange->refuse_for(*wait);
    co_return fail(ServerError::rate_limited);
  }
  Result<chat::Visit> visit = co_await services.directory.visit(
      {.user = claims->user, .token_hash = claims->token_hash, .relation = std::nullopt});
  if (!visit) co_return std::unexpected(visit.error());
  const bool known = visit->user && visit->user->active;
  if (!known || visit->revoked) co_return fail(HttpError::unauthorized);
  co_return Caller{std::move(*visit->user), std::move(*claims)};
}

}  // namespace quickclinic::server
