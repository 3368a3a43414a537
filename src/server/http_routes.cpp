#include "server/http_routes.hpp"

#include <string>
#include <utility>

namespace quickclinic::server {
namespace {

using transport::HttpResponse;

constexpr std::uint64_t body_bytes_max =
    std::uint64_t{64} * 1024;  // the largest message, escaped, fits

HttpResponse json_response(unsigned status, std::string body,
                           const transport::OriginVerdict& verdict) {
  HttpResponse response{.status = status,
                        .headers = {{"Content-Type", "application/json; charset=utf-8"},
                                    {"Cache-Control", "no-store"},
                                    {"X-Content-Type-Options", "nosniff"}},
                        .body = std::move(body)};
  add_cors(response, verdict);
  return response;
}

std::string health() { return R"({"status":"ok","timestamp":")" + iso8601(wall_now()) + "\"}"; }

}  // namespace

void HttpRoutes::install() {
  shard_.set_http_body_limit(body_bytes_max);
  shard_.set_http_handler([this](const transport::Visit& visit, transport::Responder respond) {
    serve(visit, respond);
  });
}

void HttpRoutes::serve(const transport::Visit& visit, transport::Responder respond) {
  const transport::HttpRequest& request = visit.request;
  transport::OriginVerdict verdict;
  if (shard_.options().origin) verdict = shard_.options().origin(request);
  const bool known = request.path == "/" || request.path == "/health" || request.path == "/ready";
  if (!known) {
    respond(json_response(404, R"({"error":"Not found"})", verdict));
  } else if (request.method == "OPTIONS") {
    HttpResponse response{.status = 204, .headers = {{"Allow", "GET, HEAD, OPTIONS"}}, .body = {}};
    add_cors(response, verdict);
    respond(response);
  } else if (request.method != "GET" && request.method != "HEAD") {
    HttpResponse response = json_response(405, R"({"error":"Method not allowed"})", verdict);
    response.headers.emplace_back("Allow", "GET, HEAD, OPTIONS");
    respond(response);
  } else if (request.path == "/health") {
    respond(json_response(200, health(), verdict));
  } else if (request.path == "/ready") {
    spawn(shard_.executor(), ready(std::move(verdict), respond), "ready");
  } else {
    respond(
        json_response(200, R"({"status":"ok","service":"quick-clinic-socket-server"})", verdict));
  }
}

Task<> HttpRoutes::ready(transport::OriginVerdict verdict, transport::Responder respond) {
  std::string missing;
  if (services_.draining) missing = "\"draining\"";
  const Result<> answer = co_await services_.directory.ping();
  if (!answer) missing += missing.empty() ? "\"database\"" : ",\"database\"";
  if (missing.empty()) {
    respond(json_response(200, R"({"status":"ready"})", verdict));
  } else {
    respond(json_response(503, "{\"error\":\"Service unavailable\",\"missing\":[" + missing + "]}",
                          verdict));
  }
  co_return Result<>();
}

}  // namespace quickclinic::server
