#include "transport/engine_endpoint.hpp"

#include "base/log.hpp"
#include "engineio/payload_v3.hpp"
#include "transport/hop.hpp"
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

std::shared_ptr<const socketio::SessionInfo> session_info(const HttpRequest& request,
                                                          const Query& query,
                                                          const Client& client) {
  auto info = std::make_shared<socketio::SessionInfo>();
  info->headers.reserve(request.headers.size());
  for (const Header& header : request.headers) {
    info->headers.emplace_back(lower_case(header.name), std::string(header.value));
  }
  info->query.assign(query.begin(), query.end());
  info->url = request.target;
  info->address = client.address.text();
  info->secure = client.secure;
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

HttpResponse too_many(const HandshakeVerdict& limit, const OriginVerdict& verdict) {
  HttpResponse response{.status = 429,
                        .headers = {{"Content-Type", "application/json"},
                                    {"Retry-After", std::to_string(limit.retry_after->count())}},
                        .body = "{\"error\":\"" + std::string(limit.message) + "\"}",
                        .close = true};
  add_cors(response, verdict);
  return response;
}

}  // namespace

HttpResponse EngineEndpoint::refusal(EngineError error, const OriginVerdict& verdict) {
  HttpResponse response{.status = error == EngineError::forbidden ? 403U : 400U,
                        .headers = {{"Content-Type", "application/json"}},
                        .body = engineio::refusal_body(error)};
  add_cors(response, verdict);
  return response;
}

HttpResponse EngineEndpoint::too_large(const OriginVerdict& verdict) {
  HttpResponse response{.status = 413};
  add_cors(response, verdict);
  return response;
}

HttpResponse EngineEndpoint::polling_answer(std::string body, const OriginVerdict& verdict) {
  HttpResponse response{.status = 200,
                        .headers = {{"Content-Type", engineio::is_payload_of_bytes(body)
                                                         ? "application/octet-stream"
                                                         : "text/plain; charset=UTF-8"},
                                    {"Cache-Control", "no-store"}},
                        .body = std::move(body)};
  add_cors(response, verdict);
  return response;
}

EngineEndpoint::EngineEndpoint(Shard& shard, EngineMount mount)
    : shard_(shard),
      mount_(std::move(mount)),
      websocket_limits_{.message_bytes_max = mount_.options.engine.limits.payload_bytes_max,
                        .skip_bytes_max = mount_.options.oversized_bytes_max} {}

EngineEndpoint::~EngineEndpoint() = default;

std::unique_ptr<engineio::Application> EngineEndpoint::make_application(
    engineio::Session& session, std::shared_ptr<const socketio::SessionInfo> info) const {
  return mount_.application(shard_, session, std::move(info));
}

LiveSession* EngineEndpoint::find(std::string_view id) const {
  LiveSession* session = shard_.find_session(id);
  return session != nullptr && &session->endpoint() == this ? session : nullptr;
}

bool EngineEndpoint::is_of_bytes(const HttpRequest& request) {
  return request.headers.has_token("Content-Type", "application/octet-stream");
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
  const auto refuse_with = [&](Error error) {
    refuse(connection, request, std::move(error), verdict);
    return true;
  };
  Result<Query> query = Query::parse(request.query);
  if (!query) return refuse_with({EngineError::bad_request, query.error().describe()});
  const Result<Intent> intent =
      engineio::classify({.method = request.method,
                          .transport = query->find("transport"),
                          .protocol = query->find("EIO"),
                          .session = query->find("sid"),
                          .websocket_upgrade = websocket,
                          .base64 = !query->find("b64").value_or("").empty()},
                         settings().allow_eio3);
  if (!intent) return refuse_with(intent.error());
  if (intent->kind == Intent::Kind::options) {
    connection.respond(preflight(request, verdict));
    return true;
  }
  const bool passed_on = came_from_node(connection, request, intent->session);
  if (connection.for_nodes() && !passed_on) {
    return refuse_with({EngineError::unknown_session, "no node"});
  }
  if (verdict.refused) return refuse_with({EngineError::forbidden, "origin"});
  if (intent->kind == Intent::Kind::open) {
    begin(connection, {std::move(request), std::move(*query), *intent, std::move(verdict)});
    return true;
  }
  if (engineio::node_of(intent->session) != shard_.options().node.name) {
    // One hop is all: who passes on what was passed on may do so for ever.
    if (passed_on || shard_.relay() == nullptr) return refuse_with(EngineError::unknown_session);
    pass_on(connection, std::move(request), *intent, std::move(verdict));
    return true;
  }
  const unsigned owner = *engineio::shard_of(intent->session);
  if (owner != shard_.index() && owner < shard_.count()) {
    shard_.hand_over(connection, std::move(request), owner);
    return false;
  }
  LiveSession* session = find(intent->session);
  if (session == nullptr || !session->catch_up()) return refuse_with(EngineError::unknown_session);
  if (intent->protocol && *intent->protocol != session->session().protocol()) {
    return refuse_with({EngineError::bad_request, "other protocol version"});
  }
  serve(*session, connection, request, intent->kind, std::move(verdict));
  return true;
}

bool EngineEndpoint::came_from_node(Connection& connection, HttpRequest& request,
                                    std::string_view sid) const {
  const std::optional<Hop> hop = hop_of(request, sid, shard_.options().node.key);
  if (!hop) return false;
  request.body_cut = hop->body_cut;
  request.body_marked = hop->body_marked;
  connection.uncount();
  return true;
}

void EngineEndpoint::pass_on(Connection& connection, HttpRequest&& request, const Intent& intent,
                             OriginVerdict verdict) {
  PassedRequest::Purpose purpose{
      .sid = std::string(intent.session),
      .kind = intent.kind,
      .client = shard_.options().proxies.client_of(request, connection.peer(), connection.secure()),
      .verdict = std::move(verdict),
      .heartbeat = settings().ping_interval + settings().ping_timeout};
  shard_.relay()->pass_on(connection, std::move(request), std::move(purpose));
}

void EngineEndpoint::refuse(Connection& connection, const HttpRequest& request, const Error& error,
                            const OriginVerdict& verdict, std::string_view message) {
  const auto code = static_cast<EngineError>(error.code.value());
  ++shard_.counters().handshakes_refused[code];
  HttpResponse response = refusal(code, verdict);
  if (!message.empty()) response.body = engineio::refusal_body(code, message);
  response.close = is_websocket_request(request);
  if (hooks().connection_error) {
    hooks().connection_error(
        request, {.code = engineio::refusal_code(code),
                  .message = message.empty() ? engineio::refusal_message(code) : message,
                  .context = error.context});
  }
  connection.respond(response);
}

std::optional<EngineEndpoint::Handshake> EngineEndpoint::shake_hands(Connection& connection,
                                                                     const HttpRequest& request,
                                                                     bool initial) {
  Result<std::string> bytes = accept_websocket(request);
  Result<std::optional<DeflateTerms>> terms;
  SharedDeflate& shared = shard_.deflate();
  if (bytes && shared.settings().enabled) {
    terms = negotiate_deflate(request.headers, shared.settings());
  }
  if (!bytes || !terms) {
    connection.respond(refuse_websocket(bytes ? terms.error() : bytes.error()));
    return std::nullopt;
  }
  Handshake handshake{std::move(*bytes), nullptr};
  HeaderList headers;
  if (*terms) {
    headers.emplace_back("Sec-WebSocket-Extensions", (*terms)->answer);
    handshake.deflate = std::make_unique<WebSocketDeflate>(**terms, shared);
  }
  decorate(headers, request, initial);
  if (!headers.empty()) add_headers(handshake.bytes, headers);
  return handshake;
}

void EngineEndpoint::decorate(HeaderList& headers, const HttpRequest& request, bool initial) const {
  if (initial && hooks().initial_headers) hooks().initial_headers(headers, request);
  if (hooks().headers) hooks().headers(headers, request);
}

// -- handshakes
// -------------------------------------------------------------------------------------------------

void Admittance::allow() const { endpoint_->decide(ticket_, std::nullopt); }

Shard& Admittance::shard() const noexcept { return endpoint_->shard(); }

void Admittance::refuse(std::string message) const {
  endpoint_->decide(ticket_, std::move(message));
}

void EngineEndpoint::begin(Connection& connection, Opening opening) {
  const Options& options = shard_.options();
  opening.client =
      options.proxies.client_of(opening.request, connection.peer(), connection.secure());
  if (options.handshake_limit) {
    HandshakeVerdict limit = options.handshake_limit(opening.client.address);
    if (limit.retry_after) {
      ++shard_.counters().handshakes_limited;
      connection.respond(too_many(limit, opening.verdict));
      return;
    }
    opening.ticket = std::move(limit.ticket);
  }
  if (hooks().allow_request) {
    ask(connection, std::move(opening));
  } else {
    open(connection, std::move(opening));
  }
}

void EngineEndpoint::ask(Connection& connection, Opening opening) {
  const std::uint64_t ticket = next_ticket_++;
  UndecidedHandshake& undecided =
      *undecided_
           .emplace(ticket, std::make_unique<UndecidedHandshake>(*this, ticket, connection,
                                                                 std::move(opening)))
           .first->second;
  connection.set_user(&undecided);
  hooks().allow_request(undecided.opening().request, undecided.opening().client.address,
                        Admittance(*this, ticket));
  if (undecided.asked()) {
    settle(ticket);
  } else {
    shard_.timers().arm(undecided.timer(), shard_.now() + shard_.options().patience.admittance);
  }
}

void EngineEndpoint::decide(std::uint64_t ticket, std::optional<std::string> refusal) {
  const auto found = undecided_.find(ticket);
  if (found != undecided_.end() && found->second->decide(std::move(refusal))) settle(ticket);
}

void EngineEndpoint::settle(std::uint64_t ticket) {
  const auto settled = undecided_.extract(ticket);
  UndecidedHandshake& handshake = *settled.mapped();
  Connection& connection = handshake.connection();
  connection.set_user(nullptr);
  const bool answered = shard_.shield("handshake", [&] {
    if (const std::optional<std::string>& message = handshake.refusal()) {
      const Opening& opening = handshake.opening();
      refuse(connection, opening.request, {EngineError::forbidden, "not allowed"}, opening.verdict,
             *message);
    } else {
      open(connection, std::move(handshake.opening()));
    }
  });
  if (!answered) connection.abort();
}

void EngineEndpoint::open(Connection& connection, Opening opening) {
  if (!shard_.accepting()) {
    HttpResponse response = unavailable(opening.verdict);
    connection.respond(response);
    return;
  }
  const HttpRequest& request = opening.request;
  std::optional<Handshake> handshake;
  if (opening.intent.transport == TransportKind::websocket) {
    handshake = shake_hands(connection, request, true);
    if (!handshake) return;
  }
  LiveSession& session = shard_.add_session(
      *this, opening.intent.transport, opening.intent.encoding(),
      session_info(request, opening.query, opening.client), std::move(opening.ticket));
  try {
    if (handshake) {
      connection.become_websocket(std::move(handshake->bytes), websocket_limits_,
                                  std::move(handshake->deflate), session);
      session.opens_over(connection);
      return;
    }
    HttpResponse response = polling_answer(session.open_payload(), opening.verdict);
    if (const auto& cookie = mount_.options.cookie) {
      response.headers.emplace_back("Set-Cookie", cookie->set_to(session.session().id().text()));
    }
    decorate(response.headers, request, true);
    connection.respond(response);
  } catch (...) {
    session.fail();  // nobody will ever know its name
    throw;
  }
  session.set_origin(std::move(opening.verdict));
}

void EngineEndpoint::serve(LiveSession& session, Connection& connection, const HttpRequest& request,
                           Intent::Kind kind, OriginVerdict verdict) {
  switch (kind) {
    case Intent::Kind::upgrade: {
      std::optional<Handshake> handshake = shake_hands(connection, request, false);
      if (!handshake) return;
      connection.become_websocket(std::move(handshake->bytes), websocket_limits_,
                                  std::move(handshake->deflate), session);
      session.probe(connection);
      return;
    }
    case Intent::Kind::poll:
      session.set_origin(std::move(verdict));
      session.poll(connection, request);
      return;
    case Intent::Kind::post:
      if (session.session().protocol() == engineio::Protocol::v4 && is_of_bytes(request)) {
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
