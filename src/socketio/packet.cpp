#include "socketio/packet.hpp"

#include "base/utf8.hpp"
#include "socketio/error.hpp"

#include <algorithm>
#include <array>

namespace quickclinic::socketio {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes leading digits off `rest`, at most `digits_max` of them. Nothing when there are none or too
// many.
std::optional<std::uint64_t> take_number(std::string_view& rest, std::size_t digits_max) {
  std::uint64_t value = 0;
  std::size_t length = 0;
  while (length < rest.size() && is_digit(rest[length])) {
    if (length == digits_max) return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(rest[length] - '0');
    ++length;
  }
  if (length == 0) return std::nullopt;
  rest.remove_prefix(length);
  return value;
}

bool is_binary(PacketType type) {
  return type == PacketType::binary_event || type == PacketType::binary_ack;
}

void append_head(std::string& out, PacketType type, std::size_t attachments, std::string_view nsp,
                 std::optional<AckId> id) {
  out.push_back('4');  // Engine.IO message
  out.push_back(static_cast<char>('0' + static_cast<int>(type)));
  if (is_binary(type)) {
    out += std::to_string(attachments);
    out.push_back('-');
  }
  if (nsp != "/") {
    out += nsp;
    out.push_back(',');
  }
  if (id) out += std::to_string(*id);
}

void append_attachments(Frames& frames, std::span<const std::string> attachments) {
  for (const std::string& bytes : attachments) frames.push_back(engineio::Frame::binary(bytes));
}

}  // namespace

Result<PacketHead> parse_head(std::string_view packet, const PacketLimits& limits) {
  if (packet.empty() || packet[0] < '0' || packet[0] > '6') return fail(SocketError::bad_type);
  PacketHead head;
  head.type = static_cast<PacketType>(packet[0] - '0');
  std::string_view rest = packet.substr(1);
  if (is_binary(head.type)) {
    const auto count = take_number(rest, 3);
    if (!count || *count == 0 || *count > limits.attachments_max || !rest.starts_with('-')) {
      return fail(SocketError::bad_attachment_count);
    }
    head.attachments = static_cast<std::size_t>(*count);
    rest.remove_prefix(1);
  }
  if (rest.starts_with('/')) {
    const std::size_t comma = rest.find(',');
    head.nsp = rest.substr(0, comma);
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    if (head.nsp.size() > limits.namespace_bytes_max) return fail(SocketError::bad_namespace);
    // A refusal repeats the name, and a polling body may hold any bytes.
    if (!is_utf8(head.nsp)) return fail(SocketError::bad_namespace);
    head.nsp = head.nsp.substr(0, head.nsp.find('?'));
  }
  if (!rest.empty() && is_digit(rest.front())) {
    head.id = take_number(rest, limits.ack_digits_max);
    if (!head.id) return fail(SocketError::bad_ack_id);
  }
  head.payload = rest;
  return head;
}

Frames encode_event(std::string_view nsp, std::string_view name, std::string_view arguments,
                    std::optional<AckId> id, std::span<const std::string> attachments) {
  engineio::FrameBuilder builder(nsp.size() + name.size() + arguments.size() + 32);
  const PacketType type = attachments.empty() ? PacketType::event : PacketType::binary_event;
  append_head(builder.out(), type, attachments.size(), nsp, id);
  builder.out().push_back('[');
  json::append_string(builder.out(), name);
  builder.out() += arguments;
  builder.out().push_back(']');
  Frames frames;
  frames.reserve(1 + attachments.size());
  frames.push_back(builder.finish());
  append_attachments(frames, attachments);
  return frames;
}

Frames encode_event(std::string_view nsp, std::string_view name, const Arguments& arguments,
                    std::optional<AckId> id) {
  std::string encoded;
  for (const json::Value& value : arguments.values) {
    encoded.push_back(',');
    json::append(encoded, value);
  }
  return encode_event(nsp, name, encoded, id, arguments.attachments);
}

Frames encode_ack(std::string_view nsp, AckId id, std::string_view arguments,
                  std::span<const std::string> attachments) {
  engineio::FrameBuilder builder(nsp.size() + arguments.size() + 32);
  const PacketType type = attachments.empty() ? PacketType::ack : PacketType::binary_ack;
  append_head(builder.out(), type, attachments.size(), nsp, id);
  builder.out() += arguments;
  Frames frames;
  frames.reserve(1 + attachments.size());
  frames.push_back(builder.finish());
  append_attachments(frames, attachments);
  return frames;
}

Frames encode_ack(std::string_view nsp, AckId id, const Arguments& arguments) {
  return encode_ack(nsp, id, json::to_text(arguments.values), arguments.attachments);
}

engineio::FramePtr encode_connect(std::string_view nsp, std::string_view socket_id) {
  engineio::FrameBuilder builder(nsp.size() + socket_id.size() + 16);
  append_head(builder.out(), PacketType::connect, 0, nsp, {});
  builder.out() += "{\"sid\":";
  json::append_string(builder.out(), socket_id);
  builder.out().push_back('}');
  return builder.finish();
}

engineio::FramePtr encode_connect_error(std::string_view nsp, std::string_view message,
                                        const json::Value& data) {
  engineio::FrameBuilder builder;
  append_head(builder.out(), PacketType::connect_error, 0, nsp, {});
  builder.out() += "{\"message\":";
  json::append_string(builder.out(), message);
  if (!data.is_null()) {
    builder.out() += ",\"data\":";
    json::append(builder.out(), data);
  }
  builder.out().push_back('}');
  return builder.finish();
}

engineio::FramePtr encode_disconnect(std::string_view nsp) {
  engineio::FrameBuilder builder;
  append_head(builder.out(), PacketType::disconnect, 0, nsp, {});
  return builder.finish();
}

bool is_reserved_event(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 6> reserved = {
      "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"};
  return std::ranges::find(reserved, name) != reserved.end();
}

}  // namespace quickclinic::socketio
