#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <unordered_set>

namespace quickclinic::postgres {

/// The ids of rows that people have been told of lately, so that none is told twice when something
/// is looked for again. Any thread.
class RecentIds {
 public:
  /// False when the id is there already. The oldest of more than `ids_max` is forgotten.
  bool add(const std::string& id) {
    const std::lock_guard lock(mutex_);
    if (!known_.insert(id).second) return false;
    order_.push_back(id);
    if (order_.size() > ids_max) {
      known_.erase(order_.front());
      order_.pop_front();
    }
    return true;
  }

 private:
  static constexpr std::size_t ids_max = 4096;

  std::mutex mutex_;
  std::unordered_set<std::string> known_;
  std::deque<std::string> order_;
};

}  // namespace quickclinic::postgres
