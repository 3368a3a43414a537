#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace quickclinic {

/// True when `text` is well-formed UTF-8 (RFC 3629): no overlong form, no surrogate, nothing past
/// U+10FFFF.
bool is_utf8(std::string_view text) noexcept;

/// How many code points well-formed UTF-8 holds; nothing when it is not well-formed.
std::optional<std::size_t> count_code_points(std::string_view text) noexcept;

}  // namespace quickclinic
