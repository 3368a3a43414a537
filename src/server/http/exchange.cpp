#include "server/http/exchange.hpp"

#include "base/random.hpp"
#include "json/json.hpp"
#include "server/error_reply.hpp"
#include "server/limits.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>

namespace quickclinic::server {
namespace {

constexpr std::size_t request_id_bytes_max = 128;
constexpr std::size_t request_id_characters = 20;

bool is_sane_id(std::string_view id) {
  return !id.empty() && id.size() <= request_id_bytes_max && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

std::string request_id(const transport::HttpRequest& request) {
  const auto given = request.header("X-Request-Id");
  return given && is_sane_id(*given) ? std::string(*given) : random_token(request_id_characters);
}

}  // namespace

Exchange::Exchange(transport::Visit visit, transport::Responder respond,
                   transport::OriginVerdict verdict)
    : visit_(std::move(visit)),
      respond_(respond),
      verdict_(std::move(verdict)),
      id_(request_id(visit_.request)) {}

void Exchange::trace_with(Tracer& tracer) {
  tracer_ = &tracer;
  const auto header = request().header("traceparent");
  span_ = tracer.begin("", Span::Kind::server, header ? read_traceparent(*header) : std::nullopt);
}

std::optional<TraceContext> Exchange::trace() const {
  return span_ != nullptr ? std::optional(span_->context) : std::nullopt;
}

void Exchange::answer(Reply reply) {
  transport::HttpResponse response{.status = reply.status,
                                   .headers = {{"Content-Type", "application/json; charset=utf-8"},
                                               {"Cache-Control", "no-store"},
                                               {"X-Content-Type-Options", "nosniff"}},
                                   .body = std::move(reply.body)};
  if (response.body.empty()) response.headers.erase(response.headers.begin());
  for (auto& header : reply.headers) response.headers.push_back(std::move(header));
  add_cors(response, verdict_);
  send(std::move(response));
}

void Exchange::send(transport::HttpResponse response) {
  if (std::exchange(answered_, true)) return;
  response.headers.emplace_back("X-Request-Id", id_);
  constexpr std::string_view stay_with_tls = "Strict-Transport-Security";
  const bool said = std::ranges::any_of(
      response.headers, [&](const auto& header) { return header.first == stay_with_tls; });
  if (over_tls() && !said) response.headers.emplace_back(stay_with_tls, "max-age=31536000");
  respond_(response);
  const Duration waited = Clock::now() - began_;
  if (span_ != nullptr) {
    span_->name = request().method + " " + std::string(route_);
    span_->values = {{"http.request.method", request().method},
                     {"http.route", std::string(route_)},
                     {"http.response.status_code", std::int64_t{response.status}}};
    span_->failed = response.status >= 500;
    tracer_->end(std::move(span_));
  }
  if (counters_ != nullptr) counters_->answered(route_, request().method, response.status, waited);
  if (!log::enabled(log_level_)) return;
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(waited);
  log::write(log_level_, "request",
             {{"method", request().method},
              {"path", request().path},
              {"status", response.status},
              {"request", id_},
              {"peer", client().text()},
              {"ms", took.count()}});
}

void Exchange::refuse_for(Duration wait) {
  answer({.status = 429,
          .body = R"({"error":"Rate limit exceeded"})",
          .headers = {{"Retry-After", std::to_string(retry_after(wait).count())}}});
}

void Exchange::refuse(const Error& error) {
  const HttpRefusal refusal = http_refusal(error);
  if (refusal.status >= 500) {
    log::warn("request failed", {{"request", id_}, {"error", error.describe()}});
  }
  answer({.status = refusal.status,
          .body = json::to_text(json::Object{{"error", refusal.message}}),
          .headers = {}});
}

}  // namespace quickclinic::server
