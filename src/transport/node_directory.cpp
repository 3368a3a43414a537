#include "transport/node_directory.hpp"

#include "transport/peer_address.hpp"

#include <charconv>

namespace quickclinic::transport {

std::optional<NodeAddress> NodeAddress::parse(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (bracketed != host.contains(':') || !PeerAddress::parse(host)) return std::nullopt;
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size() || port == 0)
    return std::nullopt;
  return NodeAddress{.host = std::string(host), .port = port};
}

std::string NodeAddress::text() const {
  const bool bracketed = host.contains(':');
  return (bracketed ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace quickclinic::transport
