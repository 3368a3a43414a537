#include "server/http/router.hpp"

#include "base/utf8.hpp"
#include "server/http/http_error.hpp"
#include "transport/http_query.hpp"

#include <algorithm>

namespace quickclinic::server {
namespace {

constexpr std::string_view placeholder = "{}";

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> segments;
  if (path.starts_with('/')) path.remove_prefix(1);
  while (true) {
    const std::size_t slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

// Fills in what stands for the placeholders.
bool match(const std::vector<std::string>& pattern, const std::vector<std::string_view>& path,
           std::vector<std::string>& parameters) {
  if (pattern.size() != path.size()) return false;
  parameters.clear();
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (pattern[i] != placeholder) {
      if (pattern[i] != path[i]) return false;
      continue;
    }
    std::string value = transport::percent_decode(path[i]);
    if (value.empty() || value.contains('\0') || !is_utf8(value)) return false;
    parameters.push_back(std::move(value));
  }
  return true;
}

// The handler lives in the router, which outlives the shard's coroutines.
Task<> run(const Router::Handler& handler, ExchangePtr exchange) {
  try {
    Result<Router::Answer> answer = co_await handler(exchange);
    if (!answer) {
      exchange->refuse(answer.error());
    } else if (*answer) {
      exchange->answer(std::move(**answer));
    }
  } catch (...) {
    exchange->refuse(Error(make_error_code(std::errc::state_not_recoverable), "handler threw"));
    throw;  // `spawn` counts it
  }
  co_return Result<>();
}

}  // namespace

void Router::add(std::string_view method, std::string_view pattern, Handler handler,
                 log::Level log_level) {
  std::vector<std::string> segments;
  for (const std::string_view segment : split(pattern)) segments.emplace_back(segment);
  auto resource = std::ranges::find(resources_, segments, &Resource::segments);
  if (resource == resources_.end()) {
    resource =
        resources_.insert(resource, {std::string(pattern), std::move(segments), log_level, {}});
  }
  if (method == "GET") resource->methods.emplace_back("HEAD", handler);
  resource->methods.emplace_back(method, std::move(handler));
}

const Router::Resource* Router::find(std::string_view path,
                                     std::vector<std::string>& parameters) const {
  if (!path.starts_with('/')) return nullptr;
  const std::vector<std::string_view> segments = split(path);
  const auto found = std::ranges::find_if(resources_, [&](const Resource& resource) {
    return match(resource.segments, segments, parameters);
  });
  return found == resources_.end() ? nullptr : &*found;
}

void Router::serve(const asio::any_io_executor& executor, ExchangePtr exchange) const {
  std::vector<std::string> parameters;
  const Resource* resource = find(exchange->request().path, parameters);
  if (resource == nullptr && fallback_) {
    fallback_(std::move(exchange));
    return;
  }
  if (resource == nullptr) {
    exchange->refuse(HttpError::not_found);
    return;
  }
  exchange->set_route(resource->pattern);
  exchange->set_parameters(std::move(parameters));
  exchange->set_log_level(resource->log_level);
  for (const auto& [method, handler] : resource->methods) {
    if (method != exchange->request().method) continue;
    spawn(executor, run(handler, std::move(exchange)), "http");
    return;
  }
  std::string allowed;
  for (const auto& [method, handler] : resource->methods) allowed += method + ", ";
  allowed += "OPTIONS";
  if (exchange->request().method != "OPTIONS") {
    exchange->answer({.status = 405,
                      .body = R"({"error":"Method not allowed"})",
                      .headers = {{"Allow", allowed}}});
    return;
  }
  transport::HeaderList headers = {{"Allow", allowed}};
  if (exchange->request().header("Access-Control-Request-Method") &&
      !exchange->from_foreign_page()) {
    headers.emplace_back("Access-Control-Allow-Methods", allowed);
    headers.emplace_back("Access-Control-Allow-Headers",
                         "Authorization, Content-Type, X-Request-Id");
    headers.emplace_back("Access-Control-Max-Age", "600");
  }
  exchange->answer({.status = 204, .body = {}, .headers = std::move(headers)});
}

}  // namespace quickclinic::server
