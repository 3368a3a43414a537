#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace quickclinic::redis {

/// Where a server listens.
struct Address {
  std::string host;  ///< a name, or an IP address without brackets
  std::uint16_t port = 0;

  /// `host:port`, for logs and as a key.
  std::string text() const {
    const bool six = host.find(':') != std::string::npos;
    return (six ? "[" + host + "]" : host) + ":" + std::to_string(port);
  }

  friend auto operator<=>(const Address&, const Address&) = default;
};

}  // namespace quickclinic::redis
