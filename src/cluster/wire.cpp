#include "cluster/wire.hpp"

#include "cluster/dialect.hpp"
#include "cluster/error.hpp"
#include "json/enclosing.hpp"
#include "socketio/packet_check.hpp"

#include <utility>

namespace quickclinic::cluster::wire {
namespace {

using socketio::Delivery;

// A timeout beyond is cut: what waits is kept that long.
constexpr std::uint64_t timeout_ms_max = 600'000;

bool is_true(const json::Object& object, std::string_view name) {
  const json::Value* value = find(object, name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

bool read_flags(const json::Object& options, Message& message) {
  const json::Value* value = find(options, "flags");
  if (value == nullptr) return true;
  const json::Object* flags = value->if_object();
  if (flags == nullptr) return false;
  if (is_true(*flags, "volatile")) message.delivery = Delivery::if_writable;
  if (const json::Value* compress = find(*flags, "compress")) {
    message.compress = !compress->is_bool() || compress->get_bool();
  }
  if (const auto timeout = number(*flags, "timeout")) {
    message.timeout = std::chrono::milliseconds(std::min(*timeout, timeout_ms_max));
  }
  return true;
}

}  // namespace

Result<Content> read(std::string_view bytes) {
  if (bytes.size() > message_bytes_max) return fail(ClusterError::too_large);
  if (bytes.starts_with('{')) {
    auto parsed = json::parse_enclosing(bytes, envelope_levels);
    if (!parsed) return fail(ClusterError::malformed, parsed.error().describe());
    return Content{std::move(parsed->value), {}};
  }
  auto content = socketio::msgpack::read(bytes, {.depth_max = json::depth_max + envelope_levels,
                                                 .attachments_max = message_attachments_max});
  if (!content) return fail(ClusterError::malformed, content.error().describe());
  return content;
}

const json::Value* find(const json::Object& object, std::string_view name) {
  const json::Value* found = object.if_contains(name);
  return found == nullptr || found->is_null() ? nullptr : found;
}

std::string text(const json::Object& object, std::string_view name) {
  const json::Value* found = find(object, name);
  return found != nullptr && found->is_string() ? std::string(json::view(found->get_string()))
                                                : std::string();
}

std::optional<std::uint64_t> number(const json::Object& object, std::string_view name) {
  const json::Value* found = find(object, name);
  if (found == nullptr) return std::nullopt;
  if (found->is_uint64()) return found->get_uint64();
  if (found->is_int64() && found->get_int64() >= 0) {
    return static_cast<std::uint64_t>(found->get_int64());
  }
  return std::nullopt;
}

bool read_texts(const json::Object& object, std::string_view name, std::vector<std::string>& to) {
  const json::Value* found = find(object, name);
  if (found == nullptr) return true;
  const json::Array* array = found->if_array();
  if (array == nullptr) return false;
  to.reserve(array->size());
  for (const json::Value& element : *array) {
    if (const json::String* text = element.if_string()) {
      to.emplace_back(json::view(*text));
    } else if (element.is_number()) {
      to.push_back(json::to_text(element));
    } else {
      return false;
    }
  }
  return true;
}

json::Array texts(const std::vector<std::string>& from) {
  return json::Array(from.begin(), from.end());
}

bool read_options(const json::Object& envelope, std::string_view name, Message& message) {
  const json::Value* found = find(envelope, name);
  const json::Object* options = found == nullptr ? nullptr : found->if_object();
  return options != nullptr && read_texts(*options, "rooms", message.who.rooms) &&
         read_texts(*options, "except", message.who.except) && read_flags(*options, message);
}

json::Object flags(const Message& message) {
  json::Object flags;
  if (message.delivery == Delivery::if_writable) flags["volatile"] = true;
  if (!message.compress) flags["compress"] = false;
  if (message.timeout) flags["timeout"] = message.timeout->count();
  return flags;
}

json::Object options(const Message& message) {
  return {{"rooms", texts(message.who.rooms)},
          {"except", texts(message.who.except)},
          {"flags", flags(message)}};
}

Result<> read_event(json::Value& array, Content& content, Message& message) {
  socketio::Packet packet;
  packet.type = socketio::PacketType::event;
  packet.payload = std::move(array);
  if (!socketio::placeholders_fit(packet.payload, content.attachments.size())) {
    return fail(ClusterError::malformed, "placeholder");
  }
  if (const Result<> checked = socketio::check_payload(packet, true); !checked) {
    return fail(ClusterError::malformed, checked.error().describe());
  }
  message.event = std::move(packet.event);
  message.arguments = {std::move(packet.payload.get_array()), std::move(content.attachments)};
  return {};
}

json::Array event(Message& message) {
  json::Array array = std::move(message.arguments.values);
  array.insert(array.begin(), json::Value(message.event));
  return array;
}

Result<> read_packet(json::Value& packet, Content& content, Message& message) {
  json::Object* fields = packet.if_object();
  if (fields == nullptr) return fail(ClusterError::malformed, "no packet");
  const auto type = number(*fields, "type");
  const bool is_event = type == static_cast<std::uint64_t>(socketio::PacketType::event) ||
                        type == static_cast<std::uint64_t>(socketio::PacketType::binary_event);
  json::Value* data = fields->if_contains("data");
  if (!is_event || data == nullptr) return fail(ClusterError::malformed, "no event");
  return read_event(*data, content, message);
}

Result<> read_answer(json::Object& envelope, std::string_view name, Content& content,
                     Message& message) {
  json::Value* value = envelope.if_contains(name);
  if (value == nullptr) return {};
  if (!socketio::placeholders_fit(*value, content.attachments.size())) {
    return fail(ClusterError::malformed, "placeholder");
  }
  message.arguments.values.push_back(std::move(*value));
  message.arguments.attachments = std::move(content.attachments);
  return {};
}

json::Value answer(Message& message) {
  json::Array& values = message.arguments.values;
  return values.empty() ? json::Value() : std::move(values.front());
}

json::Value with_buffers(json::Value value, const std::vector<std::string>& attachments) {
  if (attachments.empty()) return value;
  if (json::Array* array = value.if_array()) {
    for (json::Value& element : *array) element = with_buffers(std::move(element), attachments);
  } else if (json::Object* object = value.if_object()) {
    const json::Value* mark = find(*object, "_placeholder");
    const auto index = number(*object, "num");
    if (mark != nullptr && mark->is_bool() && mark->get_bool() && index &&
        *index < attachments.size()) {
      json::Array bytes;
      for (const char byte : attachments[*index])
        bytes.emplace_back(static_cast<unsigned char>(byte));
      return json::Object{{"type", "Buffer"}, {"data", std::move(bytes)}};
    }
    for (auto& member : *object) {
      member.value() = with_buffers(std::move(member.value()), attachments);
    }
  }
  return value;
}

}  // namespace quickclinic::cluster::wire
