#pragma once

#include "base/result.hpp"
#include "server/settings/settings.hpp"
#include "transport/peer_address.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace quickclinic::server {

/// The addresses of this machine's network interfaces; none when the kernel does not say.
std::vector<transport::PeerAddress> machine_addresses();

/// Whether messages and tokens may travel as `settings` would let them, on a machine with these
/// addresses. Refused: plain text, on an address that the internet reaches, where no proxy is named
/// that could have TLS in front; unless ALLOW_PLAIN_HTTP says so, or the clinic is made up. The
/// sentence says what to do.
Result<> check_exposure(const settings::Settings& settings,
                        std::span<const transport::PeerAddress> machine);

/// A sentence for the log where plain text can be read by others on the way; else nothing.
std::optional<std::string> exposure_warning(const settings::Settings& settings,
                                            std::span<const transport::PeerAddress> machine);

}  // namespace quickclinic::server
