#include "server/tracing/trace_context.hpp"

#include <algorithm>
#include <span>

namespace quickclinic::server {
namespace {

// Upper case is not allowed.
std::optional<std::uint8_t> digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  return std::nullopt;
}

// False when `text` is not of so many digits, or all of them are 0.
bool read_id(std::string_view text, std::span<std::uint8_t> id) {
  if (text.size() != id.size() * 2) return false;
  for (std::size_t i = 0; i < id.size(); ++i) {
    const auto high = digit(text[2 * i]);
    const auto low = digit(text[2 * i + 1]);
    if (!high || !low) return false;
    id[i] = static_cast<std::uint8_t>(*high * 16 + *low);
  }
  return std::ranges::any_of(id, [](std::uint8_t byte) { return byte != 0; });
}

}  // namespace

// Trace Context, 3.2.2: version "-" trace id "-" parent id "-" flags; later versions may go on.
std::optional<TraceContext> read_traceparent(std::string_view header) {
  constexpr std::size_t length = 55;
  TraceContext context;
  if (header.size() < length || header[2] != '-' || header[35] != '-' || header[52] != '-')
    return std::nullopt;
  const auto high = digit(header[0]);
  const auto low = digit(header[1]);
  const auto flags_high = digit(header[53]);
  const auto flags_low = digit(header[54]);
  if (!high || !low || !flags_high || !flags_low) return std::nullopt;
  const int version = *high * 16 + *low;
  if (version == 0xff) return std::nullopt;
  if (version == 0 ? header.size() != length : header.size() > length && header[length] != '-')
    return std::nullopt;
  if (!read_id(header.substr(3, 32), context.trace)) return std::nullopt;
  if (!read_id(header.substr(36, 16), context.span)) return std::nullopt;
  context.sampled = (*flags_low & 1) != 0;
  return context;
}

std::string hexadecimal(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += digits[byte / 16];
    text += digits[byte % 16];
  }
  return text;
}

}  // namespace quickclinic::server
