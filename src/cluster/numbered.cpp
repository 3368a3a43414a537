#include "cluster/numbered.hpp"

#include "base/random.hpp"
#include "cluster/error.hpp"

#include <array>
#include <utility>

namespace quickclinic::cluster::numbered {
namespace {

using wire::Content;

constexpr int event_type = 2;  // of a packet

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

}  // namespace

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

namespace {

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

Result<Message> read(std::uint64_t type, std::string sender, std::string nsp, json::Object& data,
                     Content& content) {
  Message message;
  message.sender = std::move(sender);
  message.who.nsp = std::move(nsp);
  if (message.sender.empty()) return malformed("no sender");
  message.request = wire::text(data, "requestId");
  const Result<> read = read_data(type, data, content, message);
  if (!read) return std::unexpected(read.error());
  return message;
}

// -- envelopes

json::Object envelope(Message& message, std::string_view sender) {
  Body said = body(message);
  return {{"type", said.type},
          {"data", std::move(said.data)},
          {"uid", sender},
          {"nsp", message.who.nsp}};
}

Result<Message> read_envelope(std::string_view nsp, std::string_view bytes) {
  auto content = wire::read(bytes);
  if (!content) return std::unexpected(content.error());
  json::Object* envelope = content->value.if_object();
  if (envelope == nullptr) return malformed("no object");
  const auto type = wire::number(*envelope, "type");
  json::Value* data = envelope->if_contains("data");
  if (!type || data == nullptr || !data->is_object()) return malformed("no data");
  if (wire::text(*envelope, "nsp") != nsp) return malformed("another namespace");
  return read(*type, wire::text(*envelope, "uid"), std::string(nsp), data->get_object(), *content);
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

}  // namespace quickclinic::cluster::numbered
