#include "server/metrics/metrics_server.hpp"

#include "server/metrics/metric.hpp"

#include <thread>
#include <utility>

namespace quickclinic::server {
namespace {

constexpr std::size_t connections_max = 64;  // scrapers, and whoever looks by hand
constexpr std::chrono::milliseconds retry_pause{20};

transport::Options options_for(const transport::Endpoint& endpoint) {
  transport::Options options;
  options.endpoint = endpoint;
  options.path.clear();  // no request's path: nobody chats here
  options.connections_max = connections_max;
  return options;
}

transport::HttpResponse refusal(unsigned status, std::string_view words) {
  return {.status = status,
          .headers = {{"Content-Type", "application/json"}},
          .body = R"({"error":")" + std::string(words) + "\"}"};
}

}  // namespace

MetricsServer::MetricsServer(std::string host, std::uint16_t port)
    : endpoint_{.host = std::move(host), .port = port}, server_(options_for(endpoint_)) {}

Result<std::uint16_t> MetricsServer::start(Services& services, transport::Shard& any,
                                           std::chrono::milliseconds wait) {
  const TimePoint deadline = Clock::now() + wait;
  while (!check_free() && Clock::now() < deadline) std::this_thread::sleep_for(retry_pause);
  return server_.start([&](transport::Shard& own) {
    own.set_http_handler([&](const transport::Visit& visit, const transport::Responder& respond) {
      if (visit.request.path != "/metrics") {
        respond(refusal(404, "Not found"));
      } else if (visit.request.method != "GET" && visit.request.method != "HEAD") {
        respond(refusal(405, "Method not allowed"));
      } else {
        services.metrics.collect(
            services, any, own.executor(), [respond](const Readings& readings) {
              respond({.status = 200,
                       .headers = {{"Content-Type", std::string(exposition_type)},
                                   {"Cache-Control", "no-store"}},
                       .body = expose(readings)});
            });
      }
    });
  });
}

}  // namespace quickclinic::server
