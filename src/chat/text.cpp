#include "chat/text.hpp"

#include "base/error_table.hpp"
#include "base/utf8.hpp"

#include <array>

namespace quickclinic::chat {
namespace {

constexpr std::array entries = {
    ErrorEntry{static_cast<int>(TextError::invalid), "the text is not valid Unicode",
               Condition::bad_request},
    ErrorEntry{static_cast<int>(TextError::empty), "the text is empty", Condition::bad_request},
    ErrorEntry{static_cast<int>(TextError::too_long), "the text is too long", Condition::too_large},
};

// ECMAScript, "WhiteSpace" and "LineTerminator", beyond ASCII: U+00A0, U+1680, U+2000 to U+200A,
// U+2028, U+2029, U+202F, U+205F, U+3000 (category Zs and the two separators) and U+FEFF.
constexpr std::array<std::string_view, 19> wide_spaces = {
    "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x81", "\xE2\x80\x82",
    "\xE2\x80\x83", "\xE2\x80\x84", "\xE2\x80\x85", "\xE2\x80\x86", "\xE2\x80\x87",
    "\xE2\x80\x88", "\xE2\x80\x89", "\xE2\x80\x8A", "\xE2\x80\xA8", "\xE2\x80\xA9",
    "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80", "\xEF\xBB\xBF",
};

bool is_ascii(char c) noexcept { return static_cast<unsigned char>(c) < 0x80U; }
bool is_ascii_space(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Bytes of the white space that `text` begins with, or 0.
std::size_t leading_space(std::string_view text) noexcept {
  if (is_ascii(text.front())) return is_ascii_space(text.front()) ? 1 : 0;
  for (const std::string_view space : wide_spaces) {
    if (text.starts_with(space)) return space.size();
  }
  return 0;
}

std::size_t trailing_space(std::string_view text) noexcept {
  if (is_ascii(text.back())) return is_ascii_space(text.back()) ? 1 : 0;
  for (const std::string_view space : wide_spaces) {
    if (text.ends_with(space)) return space.size();
  }
  return 0;
}

// `text` is well-formed, so an ending that looks like a space's bytes is one: UTF-8 synchronises
// itself.
std::string_view trim(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t space = leading_space(text);
    if (space == 0) break;
    text.remove_prefix(space);
  }
  while (!text.empty()) {
    const std::size_t space = trailing_space(text);
    if (space == 0) break;
    text.remove_suffix(space);
  }
  return text;
}

}  // namespace

std::error_code make_error_code(TextError error) noexcept {
  static const ErrorTable table("text", entries);
  return {static_cast<int>(error), table};
}

Result<std::string> normalise_text(std::string_view raw, std::size_t code_points_max) {
  if (!is_utf8(raw) || raw.contains('\0')) return fail(TextError::invalid);
  const std::string_view text = trim(raw);
  if (text.empty()) return fail(TextError::empty);
  if (count_code_points(text) > code_points_max) return fail(TextError::too_long);
  return std::string(text);
}

bool is_valid_client_message_id(std::string_view id) noexcept {
  if (id.empty() || id.size() > client_message_id_bytes_max || !is_utf8(id)) return false;
  for (std::size_t i = 0; i < id.size(); ++i) {
    const auto byte = static_cast<unsigned char>(id[i]);
    if (byte < 0x20U || byte == 0x7FU) return false;
    // U+0080 to U+009F, the control characters that Latin-1 added.
    if (byte == 0xC2U && static_cast<unsigned char>(id[i + 1]) < 0xA0U) return false;
  }
  return true;
}

std::string_view trim_address(std::string_view typed) noexcept {
  constexpr std::string_view blanks = " \t\r\n\f\v";
  const std::size_t first = typed.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return typed.substr(first, typed.find_last_not_of(blanks) - first + 1);
}

std::string fold_address(std::string_view typed) {
  std::string address(trim_address(typed));
  for (char& c : address) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return address;
}

}  // namespace quickclinic::chat
