#include "transport/peer_address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

namespace quickclinic::transport {
namespace {

// RFC 4291, section 2.5.5.2: ::ffff:0:0/96 holds the IPv4 addresses.
constexpr std::array<std::uint8_t, 12> mapped_prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr std::array<std::uint8_t, 16> loopback_ipv6 = {0, 0, 0, 0, 0, 0, 0, 0,
                                                        0, 0, 0, 0, 0, 0, 0, 1};

}  // namespace

PeerAddress::PeerAddress(const sockaddr& address) noexcept {
  if (address.sa_family == AF_INET) {
    sockaddr_in ipv4{};
    std::memcpy(&ipv4, &address, sizeof ipv4);
    std::ranges::copy(mapped_prefix, bytes_.begin());
    std::memcpy(bytes_.data() + mapped_prefix.size(), &ipv4.sin_addr, sizeof ipv4.sin_addr);
    port_ = ntohs(ipv4.sin_port);
  } else if (address.sa_family == AF_INET6) {
    sockaddr_in6 ipv6{};
    std::memcpy(&ipv6, &address, sizeof ipv6);
    std::memcpy(bytes_.data(), &ipv6.sin6_addr, sizeof ipv6.sin6_addr);
    port_ = ntohs(ipv6.sin6_port);
  }
}

std::optional<PeerAddress> PeerAddress::parse(std::string_view text) noexcept {
  if (text.size() >= INET6_ADDRSTRLEN) return std::nullopt;
  std::array<char, INET6_ADDRSTRLEN> buffer{};  // inet_pton wants an end
  std::ranges::copy(text, buffer.begin());
  PeerAddress address;
  std::array<std::uint8_t, 4> ipv4{};
  if (inet_pton(AF_INET, buffer.data(), ipv4.data()) == 1) {
    std::ranges::copy(mapped_prefix, address.bytes_.begin());
    std::ranges::copy(ipv4, address.bytes_.begin() + mapped_prefix.size());
  } else if (inet_pton(AF_INET6, buffer.data(), address.bytes_.data()) != 1) {
    return std::nullopt;
  }
  return address;
}

bool PeerAddress::unspecified() const noexcept {
  const auto from = is_ipv4() ? bytes_.begin() + mapped_prefix.size() : bytes_.begin();
  return std::all_of(from, bytes_.end(), [](std::uint8_t byte) { return byte == 0; });
}

std::string PeerAddress::block() const {
  const bool ipv4 = is_ipv4();
  const auto begin = ipv4 ? bytes_.begin() + mapped_prefix.size() : bytes_.begin();
  return {begin, ipv4 ? bytes_.end() : bytes_.begin() + 8};
}

bool PeerAddress::is_ipv4() const noexcept {
  return std::equal(mapped_prefix.begin(), mapped_prefix.end(), bytes_.begin());
}

bool PeerAddress::loopback() const noexcept {
  return bytes_ == loopback_ipv6 || (is_ipv4() && bytes_[mapped_prefix.size()] == 127);
}

std::string PeerAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  const bool ipv4 = is_ipv4();
  const void* from = ipv4 ? bytes_.data() + mapped_prefix.size() : bytes_.data();
  inet_ntop(ipv4 ? AF_INET : AF_INET6, from, buffer.data(), buffer.size());
  return buffer.data();
}

}  // namespace quickclinic::transport
