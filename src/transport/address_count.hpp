#pragma once

#include "transport/peer_address.hpp"

#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>

namespace quickclinic::transport {

/// How many of something there are from each block of addresses (`PeerAddress::block`), to refuse
/// one too many. Any thread. Knows only the blocks that have some, so it is bounded by what it
/// counts.
class AddressCount {
 public:
  explicit AddressCount(std::size_t most) : most_(most) {}

  /// False when there may be no more from there. Else `leave` is to be called once.
  bool enter(const PeerAddress& address);
  void leave(const PeerAddress& address) noexcept;

 private:
  const std::size_t most_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::size_t>
      counts_;  // the keys are short enough to lie in place
};

}  // namespace quickclinic::transport
