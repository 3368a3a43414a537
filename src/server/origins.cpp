#include "server/origins.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::server {
namespace {

// The server's own page: its host and port are those that the browser has asked. The scheme may
// differ, behind a proxy that ends TLS.
bool is_own(std::string_view origin, const transport::HttpRequest& request) {
  const auto host = request.header("Host");
  if (!host || host->empty()) return false;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (origin.starts_with(scheme) && origin.substr(scheme.size()) == *host) return true;
  }
  return false;
}

bool is_this_machine(std::string_view origin) {
  for (const std::string_view prefix : {"http://localhost", "http://127.0.0.1"}) {
    if (!origin.starts_with(prefix)) continue;
    const std::string_view rest = origin.substr(prefix.size());
    if (rest.empty()) return true;
    if (rest.front() != ':' || rest.size() < 2 || rest.size() > 6) return false;
    return std::ranges::all_of(rest.substr(1), [](char c) { return c >= '0' && c <= '9'; });
  }
  return false;
}

}  // namespace

transport::OriginPolicy origin_policy(const settings::Settings& settings) {
  return [patterns = settings.frontend_origins,
          demo = settings.demo](const transport::HttpRequest& request) -> transport::OriginVerdict {
    const auto origin = request.header("Origin");
    if (!origin) return {};
    const bool known =
        std::ranges::any_of(patterns,
                            [&](const settings::OriginPattern& p) { return p.matches(*origin); }) ||
        is_own(*origin, request) || (demo && is_this_machine(*origin));
    if (!known || request.headers.count("Origin") > 1) return {.refused = true, .allow_origin = {}};
    return {.refused = false, .allow_origin = std::string(*origin), .credentials = true};
  };
}

}  // namespace quickclinic::server
