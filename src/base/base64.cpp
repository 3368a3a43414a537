#include "base/base64.hpp"

#include <array>
#include <cstdint>

namespace quickclinic {
namespace {

constexpr std::string_view letters(Base64 alphabet) {
  return alphabet == Base64::url
             ? "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
             : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
}

constexpr std::uint8_t no_value = 0xFF;

constexpr std::array<std::uint8_t, 256> values(Base64 alphabet) {
  std::array<std::uint8_t, 256> table{};
  table.fill(no_value);
  const std::string_view from = letters(alphabet);
  for (std::size_t i = 0; i < from.size(); ++i) {
    table[static_cast<unsigned char>(from[i])] = static_cast<std::uint8_t>(i);
  }
  return table;
}

constexpr auto standard_values = values(Base64::standard);
constexpr auto url_values = values(Base64::url);

}  // namespace

std::string base64_encode(std::string_view bytes, Base64 alphabet) {
  const std::string_view from = letters(alphabet);
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = (bits << 8U) | static_cast<unsigned char>(c);
    count += 8;
    while (count >= 6) {
      count -= 6;
      text.push_back(from[(bits >> static_cast<unsigned>(count)) & 63U]);
    }
  }
  if (count > 0) text.push_back(from[(bits << static_cast<unsigned>(6 - count)) & 63U]);
  while (alphabet == Base64::standard && text.size() % 4 != 0) text.push_back('=');
  return text;
}

std::optional<std::string> base64_decode(std::string_view text, Base64 alphabet) {
  const auto& table = alphabet == Base64::url ? url_values : standard_values;
  if (alphabet == Base64::standard) {
    if (text.size() % 4 != 0) return std::nullopt;
    if (text.ends_with("==")) {
      text.remove_suffix(2);
    } else if (text.ends_with('=')) {
      text.remove_suffix(1);
    }
  }
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const std::uint8_t value = table[static_cast<unsigned char>(c)];
    if (value == no_value) return std::nullopt;
    bits = (bits << 6U) | value;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes.push_back(static_cast<char>((bits >> count) & 0xFFU));
    }
  }
  if ((bits & ((1U << count) - 1U)) != 0) return std::nullopt;  // two spellings of one value
  return bytes;
}

}  // namespace quickclinic
