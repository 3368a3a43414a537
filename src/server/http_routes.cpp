#include "server/http_routes.hpp"

#include "server/http/redirect.hpp"

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

namespace quickclinic::server {
namespace {

constexpr std::uint64_t body_bytes_max =
    std::uint64_t{64} * 1024;  // the largest message, escaped, fits

}  // namespace

void HttpRoutes::install() {
  system_.install(router_);
  users_.install(router_);
  relations_.install(router_);
  chats_.install(router_);
  notifications_.install(router_);
  web_.install(router_);
  shard_.set_http_body_limit(body_bytes_max);
  shard_.set_http_handler([this](transport::Visit visit, transport::Responder respond) {
    serve(std::move(visit), respond);
  });
}

void HttpRoutes::serve(transport::Visit visit, transport::Responder respond) {
  transport::OriginVerdict verdict;
  if (shard_.options().origin) verdict = shard_.options().origin(visit.request);
  auto exchange = std::make_shared<Exchange>(std::move(visit), respond, std::move(verdict));
  if (services_.tracer != nullptr) exchange->trace_with(*services_.tracer);
  exchange->count_in(*services_.counters[shard_.index()]);
  const std::string_view path = exchange->request().path;
  if (exchange->door() == redirect_door && path != "/health") {
    redirect_to_tls(*exchange, services_.tls_port);
    return;
  }
  if (path.starts_with("/api/")) {
    if (const auto wait = services_.limits.request(exchange->client())) {
      exchange->refuse_for(*wait);
      return;
    }
  }
  router_.serve(shard_.executor(), std::move(exchange));
}

}  // namespace quickclinic::server
