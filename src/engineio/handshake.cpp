#include "engineio/handshake.hpp"

#include "base/random.hpp"
#include "engineio/error.hpp"
#include "json/json.hpp"

namespace quickclinic::engineio {
namespace {

constexpr std::size_t shard_characters = 2;
constexpr std::size_t random_characters = 20;
constexpr std::string_view letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

bool names_node(std::string_view id) noexcept {
  return id.size() == shard_characters + node_characters + random_characters;
}

std::optional<TransportKind> transport_named(std::optional<std::string_view> name) noexcept {
  if (name == "polling") return TransportKind::polling;
  if (name == "websocket") return TransportKind::websocket;
  return std::nullopt;
}

// The reference server takes everything that is not 4 for version 3.
Protocol protocol_named(std::string_view name) noexcept {
  return name == "4" ? Protocol::v4 : Protocol::v3;
}

Result<Intent> classify_session(const RequestView& request, TransportKind transport) {
  Intent intent{.kind = Intent::Kind::poll, .transport = transport, .session = *request.session};
  if (request.protocol) intent.protocol = protocol_named(*request.protocol);
  if (request.websocket_upgrade) {
    if (transport != TransportKind::websocket)
      return fail(EngineError::bad_request, "upgrade to polling");
    intent.kind = Intent::Kind::upgrade;
    return intent;
  }
  if (transport != TransportKind::polling)
    return fail(EngineError::bad_request, "websocket without upgrade");
  if (request.method == "POST") {
    intent.kind = Intent::Kind::post;
  } else if (request.method != "GET") {
    return fail(EngineError::bad_request, "method");
  }
  return intent;
}

}  // namespace

SessionId new_session_id(unsigned shard, std::string_view node) {
  std::string id;
  id.reserve(shard_characters + node.size() + random_characters);
  id.push_back(letters[(shard >> 6U) & 63U]);
  id.push_back(letters[shard & 63U]);
  id += node;
  id += random_token(random_characters);
  return SessionId(std::move(id));
}

std::optional<unsigned> shard_of(std::string_view id) noexcept {
  if (id.size() != shard_characters + random_characters && !names_node(id)) return std::nullopt;
  const std::size_t high = letters.find(id[0]);
  const std::size_t low = letters.find(id[1]);
  if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
  return static_cast<unsigned>(high * 64 + low);
}

std::string_view node_of(std::string_view id) noexcept {
  return names_node(id) ? id.substr(shard_characters, node_characters) : std::string_view();
}

std::string_view to_text(TransportKind kind) noexcept {
  return kind == TransportKind::polling ? "polling" : "websocket";
}

Result<Intent> classify(const RequestView& request, bool allow_eio3) {
  if (request.method == "OPTIONS") return Intent{Intent::Kind::options, TransportKind::polling, {}};
  const std::optional<TransportKind> transport = transport_named(request.transport);
  if (!transport) return fail(EngineError::unknown_transport);
  if (request.session && !request.session->empty()) {
    if (!shard_of(*request.session)) return fail(EngineError::unknown_session);
    if (request.protocol && request.protocol != "4" && !allow_eio3)
      return fail(EngineError::bad_request, "other protocol version");
    return classify_session(request, *transport);
  }
  if (request.method != "GET") return fail(EngineError::bad_handshake_method);
  if ((*transport == TransportKind::websocket) != request.websocket_upgrade) {
    return fail(EngineError::bad_request, "transport and upgrade disagree");
  }
  const Protocol protocol = protocol_named(request.protocol.value_or(""));
  if (protocol == Protocol::v3 && !allow_eio3) return fail(EngineError::unsupported_protocol);
  return Intent{.kind = Intent::Kind::open,
                .transport = *transport,
                .session = {},
                .protocol = protocol,
                .base64 = request.base64};
}

std::string open_packet(const SessionId& id, TransportKind transport, const Settings& settings) {
  std::string packet = "0{\"sid\":";
  json::append_string(packet, id.text());
  packet += transport == TransportKind::polling && settings.allow_upgrades
                ? ",\"upgrades\":[\"websocket\"]"
                : ",\"upgrades\":[]";
  packet += ",\"pingInterval\":" + std::to_string(settings.ping_interval.count());
  packet += ",\"pingTimeout\":" + std::to_string(settings.ping_timeout.count());
  packet += ",\"maxPayload\":" + std::to_string(settings.limits.payload_bytes_max) + "}";
  return packet;
}

}  // namespace quickclinic::engineio
