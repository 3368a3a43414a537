#pragma once

#include "base/clock.hpp"
#include "server/settings/rate.hpp"

#include <algorithm>
#include <atomic>
#include <optional>

namespace quickclinic::server {

/// How often something may happen, counted for one address, person or conversation. Any thread:
/// what is left is one number, changed without a lock.
class RateLimit {
 public:
  explicit RateLimit(const settings::Rate& rate) noexcept
      : interval_(rate.limits() ? Duration(rate.period) / rate.count : Duration::zero()),
        room_(interval_ * rate.count) {}
  RateLimit(const RateLimit& other) noexcept
      : interval_(other.interval_), room_(other.room_), full_at_(other.full_at_.load()) {}
  RateLimit& operator=(const RateLimit&) = delete;

  /// Nothing: it may happen now, and has been counted. Else how long to wait.
  std::optional<Duration> take(TimePoint now) noexcept {
    if (room_ == Duration::zero()) return std::nullopt;
    // The moment at which all of it may happen at once again says how much may happen now.
    Duration::rep before = full_at_.load(std::memory_order_relaxed);
    while (true) {
      const Duration then = std::max(Duration(before), now.time_since_epoch()) + interval_;
      const Duration latest = now.time_since_epoch() + room_;
      if (then > latest) return then - latest;
      if (full_at_.compare_exchange_weak(before, then.count(), std::memory_order_relaxed)) {
        return std::nullopt;
      }
    }
  }

 private:
  const Duration interval_;
  const Duration room_;  // zero: no limit
  std::atomic<Duration::rep> full_at_{0};
};

}  // namespace quickclinic::server
