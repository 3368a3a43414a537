#include "socketio/packet_check.hpp"

#include "socketio/error.hpp"

namespace quickclinic::socketio {
namespace {

// Takes the event's name off the front of its array. Numbers are allowed as names, and stay text
// here.
Result<> take_event_name(Packet& packet) {
  json::Array& array = packet.payload.as_array();
  if (array.empty()) return fail(SocketError::bad_payload, "event without a name");
  const json::Value& name = array.front();
  if (const json::String* text = name.if_string()) {
    packet.event = json::view(*text);
  } else if (name.is_number()) {
    packet.event = json::to_text(name);
  } else {
    return fail(SocketError::bad_payload, "event name of another type");
  }
  if (is_reserved_event(packet.event)) return fail(SocketError::reserved_event);
  array.erase(array.begin());
  return {};
}

bool is_placeholder(const json::Object& object) {
  const json::Value* mark = object.if_contains("_placeholder");
  return mark != nullptr && mark->is_bool() && mark->get_bool();
}

}  // namespace

// A client sends no CONNECT_ERROR.
Result<> check_payload(Packet& packet, bool present) {
  switch (packet.type) {
    case PacketType::connect:
      if (present && !packet.payload.is_object()) return fail(SocketError::bad_payload, "connect");
      return {};
    case PacketType::disconnect:
      if (present) return fail(SocketError::bad_payload, "disconnect");
      return {};
    case PacketType::ack:
      if (!packet.payload.is_array() || !packet.id) return fail(SocketError::bad_payload, "ack");
      return {};
    case PacketType::event:
      if (!packet.payload.is_array()) return fail(SocketError::bad_payload, "event");
      return take_event_name(packet);
    case PacketType::connect_error:
    case PacketType::binary_event:
    case PacketType::binary_ack:
      break;
  }
  return fail(SocketError::bad_type);
}

// Depth is bounded by the parsers.
bool placeholders_fit(const json::Value& value, std::size_t attachments) {
  if (const json::Array* array = value.if_array()) {
    for (const json::Value& element : *array) {
      if (!placeholders_fit(element, attachments)) return false;
    }
    return true;
  }
  const json::Object* object = value.if_object();
  if (object == nullptr) return true;
  if (is_placeholder(*object)) {
    const json::Value* number = object->if_contains("num");
    if (number == nullptr || !number->is_int64()) return false;
    return number->get_int64() >= 0 &&
           static_cast<std::uint64_t>(number->get_int64()) < attachments;
  }
  for (const auto& member : *object) {
    if (!placeholders_fit(member.value(), attachments)) return false;
  }
  return true;
}

}  // namespace quickclinic::socketio
