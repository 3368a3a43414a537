#include "server/web/site.hpp"

#include "transport/entity_tag.hpp"
#include "transport/http_compression.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace quickclinic::web {
namespace {

using transport::HeaderList;
using transport::HttpRequest;
using transport::HttpResponse;

constexpr std::string_view a_year = "31536000";

struct Choice {
  const Body* body;
  std::string_view coding;  // empty: none
};

// The highest q-value; of equal ones the smaller body. What nobody asked to be coded is not.
Choice choose(const File& file, const HttpRequest& request) {
  const transport::CodingWishes wishes = transport::coding_wishes(request.headers);
  Choice best{&file.identity, {}};
  int best_wish = std::max(wishes.identity, 0);
  const auto offer = [&](const std::optional<Body>& body, int wish, std::string_view coding) {
    if (!body || wish <= 0 || wish < best_wish) return;
    if (wish == best_wish && body->bytes.size() >= best.body->bytes.size()) return;
    best = {&*body, coding};
    best_wish = wish;
  };
  offer(file.brotli, wishes.brotli, "br");
  offer(file.gzip, wishes.gzip, "gzip");
  return best;
}

bool is_host(std::string_view host) {
  return !host.empty() && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == ':';
  });
}

// 'self' covers the WebSocket of the same host in CSP level 3 only, so it is named for the rest.
std::string policy_of(const File& page, const HttpRequest& request, bool over_tls) {
  std::string policy = page.policy + "; connect-src 'self'";
  const std::string_view host = request.header("Host").value_or("");
  if (is_host(host)) policy.append(over_tls ? " wss://" : " ws://").append(host);
  return policy;
}

void add_security(HeaderList& headers, const File& file, const HttpRequest& request,
                  bool over_tls) {
  headers.emplace_back("X-Content-Type-Options", "nosniff");
  headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
  if (over_tls) {
    headers.emplace_back("Strict-Transport-Security", "max-age=" + std::string(a_year));
  }
  if (!file.is_page()) return;
  headers.emplace_back("Content-Security-Policy", policy_of(file, request, over_tls));
  headers.emplace_back("Referrer-Policy", "same-origin");
  headers.emplace_back("Permissions-Policy",
                       "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
  headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
}

HttpResponse serve(const File& file, unsigned status, const HttpRequest& request, bool over_tls) {
  const auto [body, coding] = choose(file, request);
  HttpResponse response{.status = status, .lasting_body = body->bytes};
  HeaderList& headers = response.headers;
  headers.emplace_back(
      "Cache-Control",
      file.immutable ? "public, max-age=" + std::string(a_year) + ", immutable" : "no-cache");
  if (file.brotli || file.gzip) headers.emplace_back("Vary", "Accept-Encoding");
  add_security(headers, file, request, over_tls);
  if (status == 200) {
    headers.emplace_back("ETag", body->tag);
    if (transport::names_tag(request.header("If-None-Match").value_or(""), body->tag)) {
      response.status = 304;
      response.lasting_body = {};
      return response;
    }
  }
  headers.emplace_back("Content-Type", file.type);
  if (!coding.empty()) headers.emplace_back("Content-Encoding", coding);
  return response;
}

}  // namespace

std::optional<HttpResponse> Site::answer(const HttpRequest& request, bool over_tls) const {
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (const File* file = pack_.find(request.path)) {
    if (reads) return serve(*file, 200, request, over_tls);
    return HttpResponse{
        .status = 405,
        .headers = {{"Allow", "GET, HEAD"}, {"Content-Type", "application/json; charset=utf-8"}},
        .body = R"({"error":"Method not allowed"})"};
  }
  if (!reads) return std::nullopt;
  std::string_view path = request.path;
  if (path.ends_with('/')) {
    path.remove_suffix(1);
    const File* page = pack_.find(path);
    if (page != nullptr && page->is_page()) {
      std::string location(path);
      if (!request.query.empty()) location.append("?").append(request.query);
      return HttpResponse{.status = 308, .headers = {{"Location", std::move(location)}}};
    }
  }
  return serve(pack_.not_found(), 404, request, over_tls);
}

}  // namespace quickclinic::web
