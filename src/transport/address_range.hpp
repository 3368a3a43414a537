#pragma once

#include "transport/peer_address.hpp"

#include <optional>
#include <string_view>

namespace quickclinic::transport {

/// The addresses that share their first bits: `10.0.0.0/8`, `2001:db8::/32`, or a single address. A
/// plain value.
class AddressRange {
 public:
  /// Nothing when it is not written so. Bits behind the prefix count for nothing.
  static std::optional<AddressRange> parse(std::string_view text) noexcept;

  bool contains(const PeerAddress& address) const noexcept;
  bool contains(const AddressRange& other) const noexcept {
    return other.bits_ >= bits_ && contains(other.first_);
  }

  friend bool operator==(const AddressRange&, const AddressRange&) = default;

 private:
  AddressRange(const PeerAddress& first, unsigned bits) : first_(first), bits_(bits) {}

  PeerAddress first_;
  unsigned bits_;  // of an IPv6 address, also where it holds an IPv4 one
};

}  // namespace quickclinic::transport
