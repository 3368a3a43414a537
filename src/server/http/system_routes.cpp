#include "server/http/system_routes.hpp"

#include "server/http/openapi.hpp"

#include <string>

namespace quickclinic::server {
namespace {

Task<Router::Answer> health(ExchangePtr) {
  co_return Reply{.body = R"({"status":"ok","timestamp":")" + iso8601(wall_now()) + "\"}"};
}

Task<Router::Answer> introduce(ExchangePtr) {
  co_return Reply{.body = R"({"status":"ok","service":"quick-clinic-socket-server"})"};
}

Task<Router::Answer> openapi(ExchangePtr) {
  co_return Reply{.body = std::string(openapi_document())};
}

}  // namespace

void SystemRoutes::install(Router& router) {
  // Asked every few seconds by machines.
  router.add("GET", "/health", health, log::Level::debug);
  router.add(
      "GET", "/ready", [this](ExchangePtr exchange) { return ready(std::move(exchange)); },
      log::Level::debug);
  if (services_.site == nullptr) router.add("GET", "/", introduce);
  router.add("GET", "/openapi.json", openapi);
}

Task<Router::Answer> SystemRoutes::ready(ExchangePtr) {
  std::string missing;
  if (services_.draining) missing = "\"draining\"";
  const Result<> answer = co_await services_.directory.ping();
  if (!answer) missing += missing.empty() ? "\"database\"" : ",\"database\"";
  if (missing.empty()) co_return Reply{.body = R"({"status":"ready"})"};
  co_return Reply{.status = 503,
                  .body = "{\"error\":\"Service unavailable\",\"missing\":[" + missing + "]}"};
}

}  // namespace quickclinic::server
