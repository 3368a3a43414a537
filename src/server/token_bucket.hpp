#pragma once

#include "base/clock.hpp"

#include <algorithm>
#include <chrono>

namespace quickclinic::server {

/// Lets through `burst` at once and then one each `interval`.
class TokenBucket {
 public:
  TokenBucket(unsigned burst, std::chrono::milliseconds interval)
      : burst_(burst), interval_(interval) {}

  /// False when it is too soon.
  bool take(TimePoint now) {
    // The moment at which the bucket will be full again says how full it is: one number instead of
    // two.
    const TimePoint full = std::max(full_at_, now);
    if (full + interval_ > now + interval_ * burst_) return false;
    full_at_ = full + interval_;
    return true;
  }

  /// How long until `take` succeeds; zero when it would now.
  Duration wait(TimePoint now) const {
    const TimePoint full = std::max(full_at_, now);
    return std::max(Duration::zero(), full + interval_ - (now + interval_ * burst_));
  }
  /// True when nothing has been taken for so long that it might as well be a new one.
  bool full(TimePoint now) const { return full_at_ <= now; }

 private:
  unsigned burst_;
  std::chrono::milliseconds interval_;
  TimePoint full_at_{};
};

}  // namespace quickclinic::server
