#include "server/health_command.hpp"

#include "base/result.hpp"
#include "server/client/http_client.hpp"
#include "transport/transport_error.hpp"

#include <chrono>
#include <cstdio>
#include <string>

namespace quickclinic::server {
namespace {

constexpr std::chrono::seconds patience{3};
constexpr std::size_t answer_bytes_max = 4096;

std::unexpected<Error> unwell(std::string why) {
  return fail(transport::TransportError::listen_failed, std::move(why));
}

// Whoever listens everywhere is reached here, too.
std::string reachable(const std::string& host) {
  if (host == "0.0.0.0") return "127.0.0.1";
  return host == "::" ? "::1" : host;
}

}  // namespace

Result<> ask_health(const settings::Settings& settings) {
  const client::HttpUrl url{
      .host = reachable(settings.host), .port = settings.port, .path = "/ready"};
  const TimePoint deadline = Clock::now() + patience;
  if (settings.tls) {
    const Result<> reached = client::reach(url, deadline);
    if (reached) std::puts("takes connections");
    return reached;
  }
  const auto answer = client::ask(url, {}, deadline, answer_bytes_max);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != 200) return unwell("not ready: " + answer->body);
  std::puts(answer->body.c_str());
  return {};
}

}  // namespace quickclinic::server
