#include "server/http/redirect.hpp"

#include "server/error_reply.hpp"
#include "server/settings/host.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace quickclinic::server {
namespace {

constexpr std::uint16_t https_port = 443;

// The host of `clinic.example:80` or `[::1]:80`, brackets included; nothing when it is none.
std::optional<std::string_view> host_of(std::string_view authority) {
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    if (!settings::is_host(authority.substr(1, end - 1))) return std::nullopt;
    return authority.substr(0, end + 1);
  }
  const std::string_view host = authority.substr(0, authority.find(':'));
  if (!settings::is_host(host)) return std::nullopt;
  return host;
}

}  // namespace

void redirect_to_tls(Exchange& exchange, std::uint16_t tls_port) {
  const transport::HttpRequest& request = exchange.request();
  const auto host = host_of(request.header("Host").value_or(""));
  if (!host || !request.target.starts_with('/')) {
    exchange.refuse(ServerError::invalid_payload);
    return;
  }
  std::string place = "https://" + std::string(*host);
  if (tls_port != https_port) place += ":" + std::to_string(tls_port);
  exchange.send({.status = 308,  // the method stays, unlike with 301
                 .headers = {{"Location", place + request.target}, {"Cache-Control", "no-store"}},
                 .body = {}});
}

}  // namespace quickclinic::server
