#include "transport/address_count.hpp"

namespace quickclinic::transport {

bool AddressCount::enter(const PeerAddress& address) {
  if (most_ == 0) return false;
  const std::lock_guard lock(mutex_);
  std::size_t& count = counts_[address.block()];
  if (count >= most_) return false;
  ++count;
  return true;
}

void AddressCount::leave(const PeerAddress& address) noexcept {
  const std::lock_guard lock(mutex_);
  const auto found = counts_.find(address.block());
  if (found != counts_.end() && --found->second == 0) counts_.erase(found);
}

}  // namespace quickclinic::transport
