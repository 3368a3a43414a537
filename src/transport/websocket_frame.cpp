#include "transport/websocket_frame.hpp"

#include <algorithm>
#include <cstring>

namespace quickclinic::transport {
namespace {

constexpr unsigned final_bit = 0x80;
constexpr unsigned compressed_bit = 0x40;
constexpr unsigned reserved_bits = 0x30;
constexpr unsigned opcode_bits = 0x0F;
constexpr unsigned masked_bit = 0x80;
constexpr unsigned length_bits = 0x7F;
constexpr unsigned length_in_two_bytes = 126;
constexpr unsigned length_in_eight_bytes = 127;

unsigned byte_at(std::span<const char> bytes, std::size_t index) noexcept {
  return static_cast<unsigned char>(bytes[index]);
}

std::uint64_t big_endian(std::span<const char> bytes) noexcept {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) value = value << 8 | byte_at(bytes, i);
  return value;
}

bool is_known(unsigned opcode) noexcept { return opcode <= 2 || (opcode >= 8 && opcode <= 10); }

std::string control_frame(Opcode opcode, std::string_view payload) {
  payload = payload.substr(0, control_payload_bytes_max);
  std::string frame;
  frame.reserve(payload.size() + 2);
  frame += static_cast<char>(final_bit | static_cast<unsigned>(opcode));
  frame += static_cast<char>(payload.size());
  return frame.append(payload);
}

}  // namespace

HeaderParse parse_client_header(std::span<const char> bytes) noexcept {
  HeaderParse result;
  if (bytes.size() < 2) return result;
  const unsigned first = byte_at(bytes, 0);
  const unsigned second = byte_at(bytes, 1);
  const unsigned length = second & length_bits;
  const auto opcode = static_cast<Opcode>(first & opcode_bits);
  result.header.opcode = opcode;
  result.header.final = (first & final_bit) != 0;
  result.header.compressed = (first & compressed_bit) != 0;
  result.status = HeaderStatus::malformed;
  if ((first & reserved_bits) != 0 || !is_known(first & opcode_bits)) return result;
  if ((second & masked_bit) == 0) return result;
  if (is_control(opcode) && (!result.header.final || length > control_payload_bytes_max))
    return result;

  const std::size_t extended = length == length_in_eight_bytes ? 8
                               : length == length_in_two_bytes ? 2
                                                               : 0;
  const std::size_t size = 2 + extended + result.header.mask.size();
  if (bytes.size() < size) {
    result.status = HeaderStatus::need_more;
    return result;
  }
  const std::uint64_t payload = extended == 0 ? length : big_endian(bytes.subspan(2, extended));
  if (extended == 2 && payload < length_in_two_bytes) return result;
  if (extended == 8 && (payload <= 0xFFFF || payload >> 63 != 0)) return result;
  std::memcpy(result.header.mask.data(), bytes.data() + 2 + extended, result.header.mask.size());
  result.header.payload_bytes = payload;
  result.bytes = size;
  result.status = HeaderStatus::complete;
  return result;
}

void apply_mask(std::span<char> bytes, const MaskKey& mask, std::uint64_t offset) noexcept {
  std::array<char, 8> pattern;
  for (std::size_t i = 0; i < pattern.size(); ++i) pattern[i] = mask[(offset + i) % mask.size()];
  std::uint64_t wide = 0;
  std::memcpy(&wide, pattern.data(), sizeof wide);
  char* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= sizeof wide; left -= sizeof wide, at += sizeof wide) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, at, sizeof eight);
    eight ^= wide;
    std::memcpy(at, &eight, sizeof eight);
  }
  for (std::size_t i = 0; i < left; ++i) at[i] = static_cast<char>(at[i] ^ pattern[i]);
}

bool is_valid_close_code(std::uint16_t code) noexcept {
  if (code >= 3000 && code <= 4999) return true;
  return code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
}

std::string ping_frame(std::string_view payload) { return control_frame(Opcode::ping, payload); }
std::string pong_frame(std::string_view payload) { return control_frame(Opcode::pong, payload); }

std::string close_frame(std::uint16_t code, std::string_view reason) {
  constexpr std::size_t reason_bytes_max = control_payload_bytes_max - 2;
  if (reason.size() > reason_bytes_max) {
    std::size_t end = reason_bytes_max;
    while (end > 0 && (static_cast<unsigned char>(reason[end]) & 0xC0U) == 0x80U) --end;
    reason = reason.substr(0, end);
  }
  std::string payload;
  payload += static_cast<char>(code >> 8);
  payload += static_cast<char>(code & 0xFF);
  return control_frame(Opcode::close, payload.append(reason));
}

}  // namespace quickclinic::transport
