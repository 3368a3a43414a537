// What nodes tell each other of their sockets.
#include "cluster/wire.hpp"

#include <chrono>
#include <limits>
#include <memory>
#include <utility>

namespace quickclinic::cluster::wire {
namespace {

using socketio::Handshake;
using socketio::SessionInfo;
using socketio::SocketInfo;
using Pairs = std::vector<std::pair<std::string, std::string>>;

void add_pair(Pairs& to, std::string_view name, const json::Value& value) {
  if (const json::String* text = value.if_string()) {
    to.emplace_back(name, json::view(*text));
  } else if (const json::Array* values = value.if_array()) {
    for (const json::Value& each : *values) {
      if (each.is_string()) to.emplace_back(name, json::view(each.get_string()));
    }
  }
}

Pairs pairs(const json::Object& object, std::string_view name) {
  Pairs found;
  const json::Value* value = find(object, name);
  if (value == nullptr || !value->is_object()) return found;
  for (const auto& member : value->get_object()) {
    add_pair(found, std::string_view(member.key().data(), member.key().size()), member.value());
  }
  return found;
}

std::optional<Handshake> read_handshake(const json::Object& socket) {
  const json::Value* value = find(socket, "handshake");
  if (value == nullptr || !value->is_object()) return std::nullopt;
  const json::Object& fields = value->get_object();
  auto session = std::make_shared<SessionInfo>();
  session->headers = pairs(fields, "headers");
  session->query = pairs(fields, "query");
  session->url = text(fields, "url");
  session->address = text(fields, "address");
  if (const json::Value* secure = find(fields, "secure")) {
    session->secure = secure->is_bool() && secure->get_bool();
  }
  constexpr std::uint64_t latest = 253'402'300'799'999;  // of the year 9999
  const auto issued = number(fields, "issued");
  if (issued && *issued <= latest) {
    session->issued = WallTime(std::chrono::milliseconds(static_cast<std::int64_t>(*issued)));
  }
  const json::Value* auth = find(fields, "auth");
  return Handshake{std::move(session), auth == nullptr ? json::Value(json::Object()) : *auth};
}

}  // namespace

bool read_sockets(const json::Value& array, socketio::SocketInfos& to) {
  if (!array.is_array()) return false;
  to.reserve(array.get_array().size());
  for (const json::Value& element : array.get_array()) {
    const json::Object* fields = element.if_object();
    if (fields == nullptr) return false;
    SocketInfo info{.id = socketio::SocketId(text(*fields, "id")), .rooms = {}, .data = {}};
    if (info.id.text().empty() || !read_texts(*fields, "rooms", info.rooms)) return false;
    if (const json::Value* data = find(*fields, "data")) info.data = *data;
    info.handshake = read_handshake(*fields);
    to.push_back(std::move(info));
  }
  return true;
}

json::Array sockets(const socketio::SocketInfos& from) {
  json::Array array;
  array.reserve(from.size());
  for (const SocketInfo& info : from) {
    json::Object fields{{"id", info.id.text()}};
    if (info.handshake) fields["handshake"] = to_json(*info.handshake);
    fields["rooms"] = texts(info.rooms);
    fields["data"] = info.data.is_null() ? json::Value(json::Object()) : info.data;
    array.emplace_back(std::move(fields));
  }
  return array;
}

}  // namespace quickclinic::cluster::wire
