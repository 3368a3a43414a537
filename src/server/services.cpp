#include "server/services.hpp"

namespace quickclinic::server {

bool ConnectionLimit::enter(const chat::UserId& user) {
  const std::lock_guard lock(mutex_);
  if (total_ >= total_max_) return false;
  if (per_user_max_ > 0) {
    std::size_t& count = by_user_[user];
    if (count >= per_user_max_) return false;
    ++count;
  }
  ++total_;
  return true;
}

void ConnectionLimit::leave(const chat::UserId& user) {
  const std::lock_guard lock(mutex_);
  --total_;
  const auto found = by_user_.find(user);
  if (found != by_user_.end() && --found->second == 0) by_user_.erase(found);
}

}  // namespace quickclinic::server
