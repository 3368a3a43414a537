#pragma once

#include <string_view>

namespace quickclinic::settings {

/// True for an IPv4 or IPv6 address and for a host name of letters, digits, dots and hyphens.
bool is_host(std::string_view text);

/// True when nothing but this machine reaches a listener on `host`: `localhost`, 127.0.0.0/8 and
/// ::1.
bool is_loopback_host(std::string_view host);

}  // namespace quickclinic::settings
