#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace quickclinic {

/// Undoes percent-encoding (RFC 3986 section 2.1) in a setting: nothing when a `%` has no two
/// hexadecimal digits behind it. `transport/http_query.hpp` is for what clients send.
std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace quickclinic
