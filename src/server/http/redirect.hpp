#pragma once

#include "server/http/exchange.hpp"

#include <cstdint>

namespace quickclinic::server {

/// The number of the door whose visitors are led to the one with TLS (HTTP_REDIRECT_PORT).
inline constexpr unsigned redirect_door = 1;

/// Answers with where the same is found over TLS, on `tls_port` of the host that was asked; 400
/// when the request does not say which.
void redirect_to_tls(Exchange& exchange, std::uint16_t tls_port);

}  // namespace quickclinic::server
