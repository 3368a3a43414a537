#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

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
  /// `192.0.2.1` or `2001:db8::1`, without port and brackets; nothing for any other text.
  static std::optional<PeerAddress> parse(std::string_view text) noexcept;

  /// True for 127.0.0.0/8 and ::1. The unspecified address is not loopback.
  bool loopback() const noexcept;
  /// `192.0.2.1` or `2001:db8::1`, without the port.
  std::string text() const;
  std::uint16_t port() const noexcept { return port_; }

  /// True for 0.0.0.0, ::, and what is no IP address.
  bool unspecified() const noexcept;
  bool is_ipv4() const noexcept;
  /// As an IPv6 address; an IPv4 one is mapped to one (RFC 4291, 2.5.5.2).
  const std::array<std::uint8_t, 16>& bytes() const noexcept { return bytes_; }
  /// The same for all addresses that one customer of a network has as a rule: the address itself
  /// for IPv4, the first 64 bits for IPv6, without the port. For counting, not for showing.
  std::string block() const;

  friend bool operator==(const PeerAddress&, const PeerAddress&) = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};
  std::uint16_t port_ = 0;
};

}  // namespace quickclinic::transport
