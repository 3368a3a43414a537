#include "socketio/packet.hpp"

#include "base/log.hpp"
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
    head.nsp = head.nsp.substr(0, head.nsp.find('?'));
    if (head.nsp.size() > limits.namespace_bytes_max) return fail(SocketError::bad_namespace);
    // A refusal repeats the name, and a polling body may hold any bytes.
    if (!is_utf8(head.nsp)) return fail(SocketError::bad_namespace);
  }
  if (!rest.empty() && is_digit(rest.front())) {
    head.id = take_number(rest, limits.ack_digits_max);
    if (!head.id) return fail(SocketError::bad_ack_id);
  }
  head.payload = rest;
  return head;
}

bool is_reserved_event(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 6> reserved = {
      "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"};
  return std::ranges::find(reserved, name) != reserved.end();
}

bool may_send(std::string_view nsp, std::string_view event) {
  if (!is_reserved_event(event)) return true;
  log::error("reserved event not sent", {{"nsp", nsp}, {"event", event}});
  return false;
}

}  // namespace quickclinic::socketio
