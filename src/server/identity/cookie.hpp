#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace quickclinic::identity {

/// The value of the cookie `name` in a `Cookie` header (RFC 6265, 5.4), or nothing when it is not
/// there. The first of several with one name wins. Quotes around a value are taken off and percent
/// escapes decoded, as the web application's side does; a value whose escapes are broken or do not
/// make UTF-8 is given as it stands.
std::optional<std::string> cookie_value(std::string_view cookie_header, std::string_view name);

}  // namespace quickclinic::identity
