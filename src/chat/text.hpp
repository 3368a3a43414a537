#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace quickclinic::chat {

enum class TextError {
  invalid = 1,  ///< not UTF-8, or it holds a NUL, which no database would take
  empty,        ///< nothing but white space
  too_long,     ///< more code points than allowed
};
std::error_code make_error_code(TextError error) noexcept;

/// The text of a message as it is stored: white space trimmed at both ends as JavaScript's
/// `String.trim` does, so that a browser and the server agree on what is empty; otherwise exactly
/// what was sent. At most `code_points_max` code points, counted after trimming.
Result<std::string> normalise_text(std::string_view raw, std::size_t code_points_max);

/// Long enough for any UUID or ULID with a prefix.
inline constexpr std::size_t client_message_id_bytes_max = 128;

/// 1 to `client_message_id_bytes_max` bytes of UTF-8 without control characters.
bool is_valid_client_message_id(std::string_view id) noexcept;

/// An e-mail address as somebody typed it, without the ASCII blanks around it.
std::string_view trim_address(std::string_view typed) noexcept;

/// The same with its ASCII letters in lower case, as addresses are compared.
std::string fold_address(std::string_view typed);

}  // namespace quickclinic::chat

template <>
struct std::is_error_code_enum<quickclinic::chat::TextError> : std::true_type {};
