#include "base/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace quickclinic {
namespace {

constexpr std::uint64_t high_bits = 0x8080808080808080ULL;

bool is_continuation(unsigned char byte) noexcept { return (byte & 0xC0U) == 0x80U; }

// Length of the well-formed sequence at `at` (its first byte is not ASCII), or 0. RFC 3629,
// section 4.
std::size_t sequence_length(const unsigned char* at, std::size_t left) noexcept {
  const unsigned char first = at[0];
  if (first < 0xC2U || left < 2 || !is_continuation(at[1])) return 0;
  if (first < 0xE0U) return 2;
  if (left < 3 || !is_continuation(at[2])) return 0;
  if (first < 0xF0U) {
    if (first == 0xE0U && at[1] < 0xA0U) return 0;   // overlong
    if (first == 0xEDU && at[1] >= 0xA0U) return 0;  // surrogate
    return 3;
  }
  if (first > 0xF4U || left < 4 || !is_continuation(at[3])) return 0;
  if (first == 0xF0U && at[1] < 0x90U) return 0;   // overlong
  if (first == 0xF4U && at[1] >= 0x90U) return 0;  // past U+10FFFF
  return 4;
}

}  // namespace

std::optional<std::size_t> count_code_points(std::string_view text) noexcept {
  const auto* at = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t left = text.size();
  std::size_t count = 0;
  while (left > 0) {
    std::uint64_t eight = 0;
    if (left >= sizeof eight) {
      std::memcpy(&eight, at, sizeof eight);
      if ((eight & high_bits) == 0) {
        at += sizeof eight;
        left -= sizeof eight;
        count += sizeof eight;
        continue;
      }
    }
    const std::size_t length = *at < 0x80U ? 1 : sequence_length(at, left);
    if (length == 0) return std::nullopt;
    at += length;
    left -= length;
    ++count;
  }
  return count;
}

bool is_utf8(std::string_view text) noexcept { return count_code_points(text).has_value(); }

}  // namespace quickclinic
