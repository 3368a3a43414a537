#pragma once

#include "base/clock.hpp"

#include <cstdint>

namespace quickclinic::postgres {

/// The binary form of a timestamp: microseconds since 2000-01-01, without a zone. Ours are UTC.
inline constexpr std::int64_t epoch_2000_ms = 946'684'800'000;

constexpr std::int64_t to_wire(WallTime time) noexcept {
  return (time.time_since_epoch().count() - epoch_2000_ms) * 1000;
}

constexpr WallTime from_wire(std::int64_t microseconds) noexcept {
  // Towards the past, also before 2000.
  const std::int64_t whole = microseconds / 1000 - (microseconds % 1000 < 0 ? 1 : 0);
  return WallTime(std::chrono::milliseconds(whole + epoch_2000_ms));
}

}  // namespace quickclinic::postgres
