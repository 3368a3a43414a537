#include "server/http/system_routes.hpp"

#include "server/http/openapi.hpp"
#include "server/metrics/metric.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <string>
#include <utility>

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

// A database that is away may be waited for much longer than whoever asks has patience.
Task<> answer_in_time(ExchangePtr exchange) {
  asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::milliseconds(800));
  const auto [stopped] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  if (!stopped) {
    exchange->answer(
        {.status = 503, .body = R"({"error":"Service unavailable","missing":["database"]})"});
  }
  co_return Result<>();
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
  if (services_.settings.metrics_port) return;
  router.add(
      "GET", "/metrics", [this](ExchangePtr exchange) { return metrics(std::move(exchange)); },
      log::Level::debug);
}

Task<Router::Answer> SystemRoutes::metrics(ExchangePtr exchange) {
  services_.metrics.collect(
      services_, shard_, shard_.executor(), [exchange](const Readings& readings) {
        exchange->send({.status = 200,
                        .headers = {{"Content-Type", std::string(exposition_type)},
                                    {"Cache-Control", "no-store"}},
                        .body = expose(readings)});
      });
  co_return std::nullopt;
}

Task<Router::Answer> SystemRoutes::ready(ExchangePtr exchange) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  spawn(executor, answer_in_time(std::move(exchange)), "ready");
  std::string missing;
  if (services_.draining) missing = "\"draining\"";
  const Result<> answer = co_await services_.directory.ping();
  if (!answer) missing += missing.empty() ? "\"database\"" : ",\"database\"";
  const bool alone = services_.others != nullptr && !services_.others->connected;
  if (missing.empty()) {
    // Everything works but what one instance tells the others, which another instance would not do
    // better: to be taken out of service would help nobody.
    co_return Reply{.body = alone ? R"({"status":"degraded","missing":["redis"]})"
                                  : R"({"status":"ready"})"};
  }
  if (alone) missing += ",\"redis\"";
  co_return Reply{.status = 503,
                  .body = "{\"error\":\"Service unavailable\",\"missing\":[" + missing + "]}"};
}

}  // namespace quickclinic::server
