#pragma once

#include "chat/model.hpp"
#include "transport/shard.hpp"

#include <unordered_map>

namespace quickclinic::server {

/// Whose conversations somebody watches as a whole (`watch_conversations`), on whichever shard.
/// Each shard has the whole list, so that a message asks without a lock, and asks nothing while it
/// is empty. Called on its shard; grows with the people who watch.
class WatchedPeople {
 public:
  bool empty() const noexcept { return people_.empty(); }
  bool contains(const chat::UserId& person) const { return people_.contains(person); }
  /// Whether this person is to be told, here or elsewhere. Of other processes that is not known.
  bool wanted(transport::Shard& shard, const chat::UserId& person) const {
    return contains(person) || shard.io().has_adapter();
  }

  void add(const chat::UserId& person) { ++people_[person]; }
  void remove(const chat::UserId& person) {
    const auto found = people_.find(person);
    if (found != people_.end() && --found->second == 0) people_.erase(found);
  }

 private:
  std::unordered_map<chat::UserId, unsigned> people_;  // by how many sockets
};

}  // namespace quickclinic::server
