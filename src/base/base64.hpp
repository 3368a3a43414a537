#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace quickclinic {

enum class Base64 {
  standard,  ///< RFC 4648 section 4, padded with '='
  url,       ///< RFC 4648 section 5, no padding (JSON Web Tokens)
};

std::string base64_encode(std::string_view bytes, Base64 alphabet = Base64::standard);

/// Nothing when a character, the length or the unused bits are wrong. The standard form needs its
/// padding, the URL form must have none.
std::optional<std::string> base64_decode(std::string_view text, Base64 alphabet = Base64::standard);

}  // namespace quickclinic
