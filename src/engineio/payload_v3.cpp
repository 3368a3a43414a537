#include "engineio/payload_v3.hpp"

#include "base/base64.hpp"
#include "engineio/error.hpp"

#include <algorithm>

namespace quickclinic::engineio {
namespace {

constexpr char end_of_length = '\xff';
constexpr char message_type = '\x04';
constexpr std::size_t length_digits_max = 9;  // far above any body that is accepted

bool is_lead_byte(char c) noexcept { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }

// A code point outside of the basic plane, which begins with a byte from 0xF0, is two units.
std::size_t utf16_units(char lead) noexcept {
  return static_cast<unsigned char>(lead) >= 0xF0 ? 2 : 1;
}

std::size_t utf16_length(std::string_view text) noexcept {
  std::size_t units = 0;
  for (const char c : text) {
    if (is_lead_byte(c)) units += utf16_units(c);
  }
  return units;
}

// How many bytes at the front of `text` are `units` UTF-16 units; nothing when it is too short, or
// would have to be cut within a code point.
std::optional<std::size_t> bytes_of_units(std::string_view text, std::size_t units) noexcept {
  std::size_t at = 0;
  while (units > 0) {
    if (at == text.size() || utf16_units(text[at]) > units) return std::nullopt;
    units -= utf16_units(text[at]);
    for (++at; at < text.size() && !is_lead_byte(text[at]);) ++at;
  }
  return at;
}

// The number in front of `end`, whose digits are counted from `zero`; takes both off `text`.
std::optional<std::size_t> take_length(std::string_view& text, char zero, char end) noexcept {
  std::size_t length = 0;
  for (std::size_t at = 0; at < text.size() && at <= length_digits_max; ++at) {
    if (text[at] == end) {
      text.remove_prefix(at + 1);
      return at > 0 ? std::optional(length) : std::nullopt;
    }
    const int digit = text[at] - zero;
    if (digit < 0 || digit > 9) return std::nullopt;
    length = length * 10 + static_cast<std::size_t>(digit);
  }
  return std::nullopt;
}

std::string as_base64(const Frame& frame) { return "b4" + base64_encode(frame.packet()); }

void append_text(std::string& body, std::string_view packet) {
  body += std::to_string(utf16_length(packet));
  body += ':';
  body += packet;
}

void append_bytes(std::string& body, const Frame& frame) {
  const std::size_t size = frame.packet().size() + (frame.is_binary() ? 1 : 0);
  body += frame.is_binary() ? '\x01' : '\x00';
  for (const char digit : std::to_string(size)) body += static_cast<char>(digit - '0');
  body += end_of_length;
  if (frame.is_binary()) body += message_type;
  body += frame.packet();
}

}  // namespace

Result<std::optional<IncomingPacket>> PayloadReaderV3::next() {
  if (rest_.empty() && begun_) return std::nullopt;
  begun_ = true;
  return form_ == Form::text ? next_of_text() : next_of_bytes();
}

Result<std::optional<IncomingPacket>> PayloadReaderV3::next_of_text() {
  const std::optional<std::size_t> units = take_length(rest_, '0', ':');
  if (!units) return fail(EngineError::bad_payload, "bad length");
  const std::optional<std::size_t> size = bytes_of_units(rest_, *units);
  if (!size) return fail(EngineError::bad_payload, "length and packet disagree");
  const std::string_view packet = rest_.substr(0, *size);
  rest_.remove_prefix(*size);
  return text_packet(packet);
}

Result<std::optional<IncomingPacket>> PayloadReaderV3::next_of_bytes() {
  const char kind = rest_.empty() ? '\xff' : rest_.front();
  if (kind != '\x00' && kind != '\x01') return fail(EngineError::bad_payload, "bad kind");
  rest_.remove_prefix(1);
  const std::optional<std::size_t> size = take_length(rest_, '\x00', end_of_length);
  if (!size) return fail(EngineError::bad_payload, "bad length");
  if (*size > rest_.size()) return fail(EngineError::bad_payload, "length and packet disagree");
  const std::string_view packet = rest_.substr(0, *size);
  rest_.remove_prefix(*size);
  if (kind == '\x00') return text_packet(packet);
  if (packet.empty()) return fail(EngineError::bad_payload, "empty packet");
  return IncomingPacket{packet, true};
}

Result<std::optional<IncomingPacket>> PayloadReaderV3::text_packet(std::string_view packet) {
  if (packet.empty()) return fail(EngineError::bad_payload, "empty packet");
  if (packet.front() != 'b') return IncomingPacket{packet, false};
  Result<std::string> bytes = decode_base64_v3(packet);
  if (!bytes) return fail(EngineError::bad_payload, "bad base64");
  decoded_ = std::move(*bytes);
  return IncomingPacket{decoded_, true};
}

Result<std::string> decode_base64_v3(std::string_view packet) {
  const bool typed = packet.size() >= 2 && packet[0] == 'b' && packet[1] >= '0' && packet[1] <= '6';
  const std::optional<std::string> bytes =
      typed ? base64_decode(packet.substr(2)) : std::optional<std::string>();
  if (!bytes) return fail(EngineError::bad_packet, "bad base64");
  return static_cast<char>(packet[1] - '0') + *bytes;
}

FramePtr to_v3(const FramePtr& frame, bool base64) {
  if (!frame->is_binary()) return frame;
  if (base64) return Frame::text(as_base64(*frame), frame->compressible());
  return Frame::binary(message_type + std::string(frame->packet()), frame->compressible());
}

std::string encode_payload_v3(std::span<const FramePtr> frames, bool base64) {
  const bool binary = std::ranges::any_of(frames, [](const auto& f) { return f->is_binary(); });
  std::string body;
  for (const FramePtr& frame : frames) {
    if (binary && !base64) {
      append_bytes(body, *frame);
    } else if (frame->is_binary()) {
      append_text(body, as_base64(*frame));
    } else {
      append_text(body, frame->packet());
    }
  }
  return body;
}

std::size_t payload_bytes_v3(const Frame& frame) noexcept {
  const std::size_t size = frame.packet().size();
  return 3 + length_digits_max + (frame.is_binary() ? (size + 2) / 3 * 4 : size);
}

bool is_payload_of_bytes(std::string_view body) noexcept {
  return !body.empty() && static_cast<unsigned char>(body.front()) <= 1;
}

}  // namespace quickclinic::engineio
