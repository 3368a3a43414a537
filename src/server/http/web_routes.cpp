#include "server/http/web_routes.hpp"

#include "server/http/http_error.hpp"

#include <utility>

namespace quickclinic::server {

void WebRoutes::install(Router& router) {
  if (services_.site == nullptr) return;
  router.set_fallback([this](ExchangePtr exchange) { serve(std::move(exchange)); });
}

void WebRoutes::serve(ExchangePtr exchange) const {
  std::optional<transport::HttpResponse> response;
  if (!is_for_programs(exchange->request().path)) {
    response = services_.site->answer(exchange->request(), exchange->over_tls());
  }
  if (!response) {
    exchange->refuse(HttpError::not_found);
    return;
  }
  exchange->set_route("web");
  // A page brings a dozen files along.
  if (response->status < 400) exchange->set_log_level(log::Level::debug);
  exchange->send(std::move(*response));
}

bool is_for_programs(std::string_view path) noexcept {
  for (const std::string_view root : {"/api", "/socket.io", "/health", "/ready", "/metrics"}) {
    if (path == root || (path.starts_with(root) && path[root.size()] == '/')) return true;
  }
  return false;
}

}  // namespace quickclinic::server
