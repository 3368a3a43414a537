#include "transport/engine_endpoint.hpp"

#include "base/log.hpp"
#include "transport/http_query.hpp"
#include "transport/live_session.hpp"
#include "transport/shard.hpp"
#include "transport/websocket_handshake.hpp"

#include <algorithm>
#include <cctype>
#include <memory>
#include <utility>

namespace quickclinic::transport {
namespace {

using engineio::EngineError;
using engineio::Intent;
using engineio::TransportKind;

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

std::shared_ptr<const socketio::SessionInfo> session_info(const Connection& connection,
                                                          const HttpRequest& request,
                                                          const Query& query, bool secure) {
  auto info = std::make_shared<socketio::SessionInfo>();
  info->headers.reserve(request.headers.size());
  for (const Header& header : request.headers) {
    info->headers.emplace_back(lower_case(header.name), std::string(header.value));
  }
  info->query.assign(query.begin(), query.end());
  info->url = request.target;
  info->address = connection.peer().text();
  info->secure = secure;
  info->issued = wall_now();
  return info;
}

HttpResponse preflight(const HttpRequest& request, const OriginVerdict& verdict) {
  HttpResponse response{.status = 204, .headers = {}, .body = {}};
  add_cors(response, verdict);
  if (verdict.allow_origin.empty()) return response;
  response.headers.emplace_back("Access-Control-Allow-Methods", "GET,POST");
  if (const auto wanted = request.header("Access-Control-Request-Headers")) {
    response.headers.emplace_back("Access-Control-Allow-Headers", *wanted);
  }
  response.headers.emplace_back("Access-Control-Max-Age", "600");
  return response;
}

HttpResponse unavailable(const OriginVerdict& verdict) {
  HttpResponse response{.status = 503,
                        .headers = {{"Content-Type", "application/json"}, {"Retry-After", "1"}},
                        .body = R"({"error":"Service unavailable"})",
                        .close = true};
  add_cors(response, verdict);
  return response;
}

}  // namespace

HttpResponse EngineEndpoint::refusal(EngineError error, const OriginVerdict& verdict) {
  HttpResponse response{.status = error == EngineError::forbidden ? 403U : 400U,
                        .headers = {{"Content-Type", "application/json"}},
                        .body = std::string(engineio::refusal_body(error))};
  add_cors(response, verdict);
  return response;
}

HttpResponse EngineEndpoint::too_large(const OriginVerdict& verdict) {
  HttpResponse response{.status = 413,
                        .headers = {{"Content-Type", "application/json"}},
                        .body = R"({"error":"Payload Too Large"})"};
  add_cors(response, verdict);
  return response;
}

HttpResponse EngineEndpoint::polling_answer(std::string body, const OriginVerdict& verdict) {
  HttpResponse response{
      .status = 200,
      .headers = {{"Content-Type", "text/plain; charset=UTF-8"}, {"Cache-Control", "no-store"}},
      .body = std::move(body)};
  add_cors(response, verdict);
  return response;
}

EngineEndpoint::EngineEndpoint(Shard& shard, EngineMount mount)
    : shard_(shard),
      mount_(std::move(mount)),
      websocket_limits_{.message_bytes_max = mount_.options.engine.limits.payload_bytes_max,
                        .skip_bytes_max = mount_.options.oversized_bytes_max} {}

std::unique_ptr<engineio::Application> EngineEndpoint::make_application(
    engineio::Session& session, std::shared_ptr<const socketio::SessionInfo> info) const {
  return mount_.application(shard_, session, std::move(info));
}

LiveSession* EngineEndpoint::find(std::string_view id) const {
  LiveSession* session = shard_.find_session(id);
  return session != nullptr && &session->endpoint() == this ? session : nullptr;
}

bool EngineEndpoint::owns(std::string_view path) const {
  const std::string_view own = mount_.options.path;
  return path == own || (own.ends_with('/') && path == own.substr(0, own.size() - 1));
}

HttpParser::BodySkip EngineEndpoint::body_skip(const HttpRequest& head) const {
  if (head.method != "POST") return {};
  // The separator of packets: a body of several is not to be answered for its first one alone.
  return {.body_bytes_max = mount_.options.oversized_bytes_max,
          .mark = engineio::payload_separator};
}

bool EngineEndpoint::handle(Connection& connection, HttpRequest request) {
  const bool websocket = is_websocket_request(request);
  OriginVerdict verdict;
  if (shard_.options().origin) verdict = shard_.options().origin(request);
  const auto answer = [&](HttpResponse response) {
    response.close = response.close || websocket;
    connection.respond(response);
    return true;
  };
  const Result<Query> query = Query::parse(request.query);
  if (!query) return answer(refusal(EngineError::bad_request, verdict));
  const Result<Intent> intent = engineio::classify({.method = request.method,
                                                    .transport = query->find("transport"),
                                                    .protocol = query->find("EIO"),
                                                    .session = query->find("sid"),
                                                    .websocket_upgrade = websocket});
  if (!intent)
    return answer(refusal(static_cast<EngineError>(intent.error().code.value()), verdict));
  if (intent->kind == Intent::Kind::options) return answer(preflight(request, verdict));
  if (verdict.refused) return answer(refusal(EngineError::forbidden, verdict));
  if (intent->kind == Intent::Kind::open) {
    if (!shard_.accepting()) return answer(unavailable(verdict));
    open(connection, request, *query, intent->transport, std::move(verdict));
    return true;
  }
  const unsigned owner = *engineio::shard_of(intent->session);
  if (owner != shard_.index() && owner < shard_.count()) {
    shard_.hand_over(connection, std::move(request), owner);
    return false;
  }
  if (find(intent->session) == nullptr) {
    return answer(refusal(EngineError::unknown_session, verdict));
  }
  serve(connection, request, *intent, std::move(verdict));
  return true;
}

std::optional<std::string> EngineEndpoint::shake_hands(Connection& connection,
                                                       const HttpRequest& request) {
  Result<std::string> handshake = accept_websocket(request);
  if (handshake) return std::move(*handshake);
  connection.respond(refuse_websocket(handshake.error()));
  return std::nullopt;
}

void EngineEndpoint::open(Connection& connection, const HttpRequest& request, const Query& query,
                          TransportKind transport, OriginVerdict verdict) {
  std::optional<std::string> handshake;
  if (transport == TransportKind::websocket) {
    handshake = shake_hands(connection, request);
    if (!handshake) return;
  }
  LiveSession& session = shard_.add_session(
      *this, transport, session_info(connection, request, query, shard_.options().tls != nullptr));
  if (handshake) {
    connection.become_websocket(std::move(*handshake), websocket_limits_, session);
    session.opens_over(connection);
  } else {
    connection.respond(polling_answer(session.open_packet(), verdict));
    session.set_origin(std::move(verdict));
  }
}

void EngineEndpoint::serve(Connection& connection, const HttpRequest& request, const Intent& intent,
                           OriginVerdict verdict) {
  LiveSession& session = *find(intent.session);
  switch (intent.kind) {
    case Intent::Kind::upgrade: {
      std::optional<std::string> handshake = shake_hands(connection, request);
      if (!handshake) return;
      connection.become_websocket(std::move(*handshake), websocket_limits_, session);
      session.probe(connection);
      return;
    }
    case Intent::Kind::poll:
      session.set_origin(std::move(verdict));
      session.poll(connection);
      return;
    case Intent::Kind::post:
      if (request.headers.has_token("Content-Type", "application/octet-stream")) {
        // Engine.IO v3's binary bodies; version 4 has no such thing.
        connection.respond(refusal(EngineError::bad_request, verdict));
        return;
      }
      session.set_origin(std::move(verdict));
      session.post(connection, request);
      return;
    case Intent::Kind::open:
    case Intent::Kind::options:
      return;  // dealt with before there is a session
  }
}

}  // namespace quickclinic::transport
