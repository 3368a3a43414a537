#pragma once

#include <array>
#include <cstdint>
#include <string>

struct sockaddr;

namespace quickclinic::transport {

/// Where a connection comes from: an IPv6 address, or an IPv4 one mapped into it. A plain value of
/// 18 bytes.
class PeerAddress {
 public:
  /// The unspecified address.
  PeerAddress() = default;
  /// Anything that is neither IPv4 nor IPv6 is the unspecified address.
  explicit PeerAddress(const sockaddr& address) noexcept;

  /// True for 127.0.0.0/8 and ::1. The unspecified address is not loopback.
  bool loopback() const noexcept;
  /// `192.0.2.1` or `2001:db8::1`, without the port.
  std::string text() const;
  std::uint16_t port() const noexcept { return port_; }

  friend bool operator==(const PeerAddress&, const PeerAddress&) = default;

 private:
  bool is_ipv4() const noexcept;

  std::array<std::uint8_t, 16> bytes_{};
  std::uint16_t port_ = 0;
};

}  // namespace quickclinic::transport
