#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace quickclinic::server {

/// Which other instances there are, by what each of them tells of itself every `interval`. Reads no
/// clock. Not thread-safe.
class InstanceRoll {
 public:
  static constexpr std::chrono::milliseconds interval{2000};
  /// Whoever was not heard for so long has gone: three words were lost, or never said.
  static constexpr std::chrono::milliseconds silence_max{7000};
  /// More are not written down: whoever can publish could invent them without end.
  static constexpr std::size_t instances_max = 1000;

  /// An instance tells that it is there. True when it was not known.
  bool heard(std::string_view instance, TimePoint now) {
    const auto found = last_heard_.find(std::string(instance));
    if (found != last_heard_.end()) {
      found->second = now;
      return false;
    }
    return last_heard_.size() < instances_max && last_heard_.emplace(instance, now).second;
  }

  bool knows(std::string_view instance) const {
    return last_heard_.contains(std::string(instance));
  }

  /// Those who have gone since the last call.
  std::vector<std::string> advance(TimePoint now) {
    std::vector<std::string> gone;
    std::erase_if(last_heard_, [&](const auto& each) {
      const bool silent = now - each.second >= silence_max;
      if (silent) gone.push_back(each.first);
      return silent;
    });
    return gone;
  }

  /// Nobody can be heard until `now`, which says nothing of them.
  void excuse(TimePoint now) {
    for (auto& each : last_heard_) each.second = now;
  }

  std::size_t size() const noexcept { return last_heard_.size(); }

 private:
  std::unordered_map<std::string, TimePoint> last_heard_;
};

}  // namespace quickclinic::server
