#include "server/exposure.hpp"

#include "server/settings/host.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <ifaddrs.h>

namespace quickclinic::server {
namespace {

using settings::Settings;
using transport::PeerAddress;

// Where connections are taken, as far as they may come from another machine.
std::vector<PeerAddress> reachable(const Settings& settings, std::span<const PeerAddress> machine) {
  const auto host = PeerAddress::parse(settings.host);
  if (!host || settings::is_loopback_host(settings.host)) return {};  // a name is localhost alone
  std::vector<PeerAddress> addresses;
  if (!host->unspecified()) {
    addresses.push_back(*host);
    return addresses;
  }
  const bool ipv4_only = host->is_ipv4();
  for (const PeerAddress& address : machine) {
    if (!address.loopback() && (address.is_ipv4() || !ipv4_only)) addresses.push_back(address);
  }
  return addresses;
}

bool is_protected(const Settings& settings) {
  return settings.tls.has_value() || settings.trust_proxy.beyond_loopback();
}

}  // namespace

std::vector<PeerAddress> machine_addresses() {
  std::vector<PeerAddress> addresses;
  ifaddrs* found = nullptr;
  if (::getifaddrs(&found) != 0) return addresses;
  for (const ifaddrs* each = found; each != nullptr; each = each->ifa_next) {
    if (each->ifa_addr == nullptr) continue;
    const PeerAddress address(*each->ifa_addr);
    if (!address.unspecified()) addresses.push_back(address);
  }
  ::freeifaddrs(found);
  return addresses;
}

Result<> check_exposure(const Settings& settings, std::span<const PeerAddress> machine) {
  if (is_protected(settings) || settings.allow_plain_http || settings.demo) return {};
  const auto addresses = reachable(settings, machine);
  const auto open = std::ranges::find_if_not(addresses, transport::is_private);
  if (open == addresses.end()) return {};
  return fail(settings::SettingsError::missing,
              "HOST " + settings.host + " lets the internet in (" + open->text() +
                  "), and messages and tokens would travel in plain text: set TLS_CERT and "
                  "TLS_KEY, or TRUST_PROXY to the address of the proxy with TLS in front, or HOST "
                  "to 127.0.0.1, or ALLOW_PLAIN_HTTP to true");
}

std::optional<std::string> exposure_warning(const Settings& settings,
                                            std::span<const PeerAddress> machine) {
  if (is_protected(settings)) return std::nullopt;
  const auto addresses = reachable(settings, machine);
  if (addresses.empty()) return std::nullopt;
  const auto open = std::ranges::find_if_not(addresses, transport::is_private);
  if (open == addresses.end()) {
    return "no TLS: others on the network can read messages and tokens on their way";
  }
  return "no TLS, and the internet reaches " + open->text() +
         ": anybody on the way can read messages and tokens";
}

}  // namespace quickclinic::server
