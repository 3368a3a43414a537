#include "cluster/sharded_dialect.hpp"

#include "base/random.hpp"
#include "cluster/error.hpp"
#include "cluster/wire.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace quickclinic::cluster {
namespace {

using wire::Content;

constexpr int event_type = 2;  // of a packet

// The numbers of messages. 1, 2 and 13 are other adapters' heartbeats.
enum Type : std::uint8_t {
  broadcast_type = 3,
  join_type,
  leave_type,
  disconnect_type,
  fetch_type,
  sockets_type,
  server_event_type,
  server_answer_type,
  client_count_type,
  client_answer_type
};

std::unexpected<Error> malformed(std::string what) {
  return fail(ClusterError::malformed, std::move(what));
}

std::string new_id() {
  constexpr std::size_t bytes = 8;
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<std::byte, bytes> random{};
  random_bytes(random);
  std::string id;
  for (const std::byte byte : random) {
    id.push_back(digits[std::to_integer<unsigned>(byte) >> 4U]);
    id.push_back(digits[std::to_integer<unsigned>(byte) & 15U]);
  }
  return id;
}

// The length of a text in JavaScript. `text` is UTF-8.
std::size_t utf16_length(std::string_view text) {
  std::size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) != 0x80U) ++units;
    if (byte >= 0xF0U) ++units;
  }
  return units;
}

// -- writing

json::Object broadcast_data(Message& message) {
  json::Object data{{"packet", json::Object{{"type", event_type}, {"data", wire::event(message)}}},
                    {"opts", wire::options(message)}};
  if (!message.request.empty()) data["requestId"] = message.request;
  return data;
}

json::Object server_event_data(Message& message) {
  json::Object data{{"packet", wire::event(message)}};
  if (!message.request.empty()) data["requestId"] = message.request;
  return data;
}

json::Object answer_data(Message& message) {
  json::Object data{{"requestId", message.request}};
  if (!message.arguments.values.empty()) data["packet"] = wire::answer(message);
  return data;
}

struct Body {
  Type type;
  json::Object data;
};

Body body(Message& message) {
  switch (message.kind) {
    case MessageKind::join:
      return {join_type, {{"opts", wire::options(message)}, {"rooms", wire::texts(message.rooms)}}};
    case MessageKind::leave:
      return {leave_type,
              {{"opts", wire::options(message)}, {"rooms", wire::texts(message.rooms)}}};
    case MessageKind::disconnect:
      return {disconnect_type,
              {{"opts", wire::options(message)}, {"close", message.close_clients}}};
    case MessageKind::find_sockets:
      return {fetch_type, {{"opts", wire::options(message)}, {"requestId", message.request}}};
    case MessageKind::sockets:
      return {sockets_type,
              {{"requestId", message.request}, {"sockets", wire::sockets(message.sockets)}}};
    case MessageKind::server_event:
      return {server_event_type, server_event_data(message)};
    case MessageKind::server_answer:
      return {server_answer_type, answer_data(message)};
    case MessageKind::client_count:
      return {client_count_type,
              {{"requestId", message.request}, {"clientCount", message.clients}}};
    case MessageKind::client_answer:
      return {client_answer_type, answer_data(message)};
    default:
      return {broadcast_type, broadcast_data(message)};
  }
}

// -- reading

Result<> read_broadcast(json::Object& data, Content& content, Message& message) {
  if (!message.request.empty()) message.kind = MessageKind::question;
  if (!wire::read_options(data, "opts", message)) return malformed("options");
  json::Value* packet = data.if_contains("packet");
  if (packet == nullptr) return malformed("no packet");
  return wire::read_packet(*packet, content, message);
}

Result<> read_change(json::Object& data, Message& message) {
  if (!wire::read_options(data, "opts", message)) return malformed("options");
  if (!wire::read_texts(data, "rooms", message.rooms)) return malformed("rooms");
  const json::Value* close = wire::find(data, "close");
  message.close_clients = close != nullptr && close->is_bool() && close->get_bool();
  return {};
}

Result<> read_data(std::uint64_t type, json::Object& data, Content& content, Message& message) {
  switch (type) {
    case broadcast_type:
      return read_broadcast(data, content, message);
    case join_type:
      message.kind = MessageKind::join;
      return read_change(data, message);
    case leave_type:
      message.kind = MessageKind::leave;
      return read_change(data, message);
    case disconnect_type:
      message.kind = MessageKind::disconnect;
      return read_change(data, message);
    case fetch_type:
      message.kind = MessageKind::find_sockets;
      return read_change(data, message);
    case sockets_type: {
      message.kind = MessageKind::sockets;
      const json::Value* found = wire::find(data, "sockets");
      const bool read = found != nullptr && wire::read_sockets(*found, message.sockets);
      return read ? Result<>() : malformed("sockets");
    }
    case server_event_type: {
      message.kind = MessageKind::server_event;
      json::Value* event = data.if_contains("packet");
      if (event == nullptr) return malformed("no event");
      return wire::read_event(*event, content, message);
    }
    case server_answer_type:
      message.kind = MessageKind::server_answer;
      return wire::read_answer(data, "packet", content, message);
    case client_count_type: {
      message.kind = MessageKind::client_count;
      const auto count = wire::number(data, "clientCount");
      if (!count) return malformed("no count");
      message.clients = *count;
      return {};
    }
    case client_answer_type:
      message.kind = MessageKind::client_answer;
      return wire::read_answer(data, "packet", content, message);
    default:
      return malformed("unknown type");
  }
}

}  // namespace

ShardedDialect::ShardedDialect(ShardedOptions options)
    : ShardedDialect(std::move(options), new_id()) {}

ShardedDialect::ShardedDialect(ShardedOptions options, std::string id)
    : options_(std::move(options)), id_(std::move(id)) {}

std::string ShardedDialect::new_request() const { return new_id(); }

std::string ShardedDialect::general_channel(std::string_view nsp) const {
  return options_.key + "#" + std::string(nsp) + "#";
}

std::vector<Subscription> ShardedDialect::subscriptions(std::string_view nsp) const {
  return {{ChannelKind::sharded, general_channel(nsp)},
          {ChannelKind::sharded, general_channel(nsp) + id_ + "#"}};
}

Subscription ShardedDialect::roll(std::string_view nsp) const {
  return {ChannelKind::sharded, general_channel(nsp)};
}

bool ShardedDialect::has_channel(std::string_view room) const {
  constexpr std::size_t socket_id_length = 20;
  return options_.rooms == RoomChannels::all ||
         (options_.rooms == RoomChannels::dynamic && utf16_length(room) != socket_id_length);
}

std::optional<Subscription> ShardedDialect::room_subscription(std::string_view nsp,
                                                              std::string_view room) const {
  if (!has_channel(room) || room == id_) return std::nullopt;  // that channel is heard anyway
  return Subscription{ChannelKind::sharded, general_channel(nsp) + std::string(room) + "#"};
}

std::string ShardedDialect::channel_for(const Message& message) const {
  const std::string general = general_channel(message.who.nsp);
  if (!message.to.empty()) return general + message.to + "#";
  const bool to_one_room = message.kind == MessageKind::broadcast && message.who.rooms.size() == 1;
  if (to_one_room && has_channel(message.who.rooms.front())) {
    return general + message.who.rooms.front() + "#";
  }
  return general;
}

Outgoing ShardedDialect::write(Message message) const {
  Outgoing outgoing{ChannelKind::sharded, channel_for(message), {}};
  Body said = body(message);
  const json::Object envelope{
      {"type", said.type}, {"data", std::move(said.data)}, {"uid", id_}, {"nsp", message.who.nsp}};
  const auto& attachments = message.arguments.attachments;
  outgoing.bytes = attachments.empty() ? json::to_text(envelope)
                                       : socketio::msgpack::write(envelope, attachments);
  return outgoing;
}

Result<Message> ShardedDialect::read(std::string_view nsp, Topic, std::string_view bytes) const {
  auto content = wire::read(bytes);
  if (!content) return std::unexpected(content.error());
  json::Object* envelope = content->value.if_object();
  if (envelope == nullptr) return malformed("no object");
  const auto type = wire::number(*envelope, "type");
  json::Value* data = envelope->if_contains("data");
  if (!type || data == nullptr || !data->is_object()) return malformed("no data");
  Message message;
  message.sender = wire::text(*envelope, "uid");
  message.who.nsp = wire::text(*envelope, "nsp");
  if (message.sender.empty() || message.who.nsp != nsp) return malformed("another namespace");
  message.request = wire::text(data->get_object(), "requestId");
  const Result<> read = read_data(*type, data->get_object(), *content, message);
  if (!read) return std::unexpected(read.error());
  return message;
}

}  // namespace quickclinic::cluster
