#pragma once

#include "transport/address_range.hpp"
#include "transport/http_request.hpp"
#include "transport/peer_address.hpp"

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace quickclinic::transport {

/// Where a request comes from, beyond the proxies in front of us.
struct Client {
  PeerAddress address;
  bool secure = false;  ///< it left the client by TLS, as far as we are told
};

/// The proxies whose word about their clients is taken. By default there are none, and nothing that
/// a request says about its sender is believed.
class TrustedProxies {
 public:
  TrustedProxies() = default;
  explicit TrustedProxies(std::vector<AddressRange> ranges) : ranges_(std::move(ranges)) {}

  /// Addresses and ranges with commas between, and the words `loopback` and `private` for those of
  /// this machine and of networks of one's own; or `none`, alone. Nothing when it is not a list of
  /// that kind.
  static std::optional<TrustedProxies> parse(std::string_view list);

  bool trusts(const PeerAddress& address) const noexcept;
  /// Whether anybody beyond this machine is trusted.
  bool beyond_loopback() const noexcept;

  /// Who has sent `request`, which came over a connection from `peer`. Of the addresses that a
  /// trusted proxy hands on in X-Forwarded-For, or in Forwarded (RFC 7239) where that is missing,
  /// it is the last that is no trusted proxy's itself: what stands before it is hearsay.
  /// `secure`: whether the connection is encrypted; a trusted proxy's X-Forwarded-Proto says it of
  /// its own client.
  Client client_of(const HttpRequest& request, const PeerAddress& peer, bool secure) const;

  friend bool operator==(const TrustedProxies&, const TrustedProxies&) = default;

 private:
  std::vector<AddressRange> ranges_;
};

/// The networks that no route of the internet leads to: of homes, offices and containers, of a
/// link, of this machine, and those that are kept for documents and measurements.
bool is_private(const PeerAddress& address) noexcept;

}  // namespace quickclinic::transport
