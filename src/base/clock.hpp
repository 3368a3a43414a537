#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace quickclinic {

/// Monotonic time: every timer and deadline. Protocol code is given it and never asks for it.
using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using Duration = Clock::duration;

/// Wall-clock time in UTC, to the millisecond: what is stored, shown, and what tokens expire by.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

WallTime wall_now() noexcept;

/// `2026-01-02T03:04:05.678Z`.
std::string iso8601(WallTime time);

/// Reads what `iso8601` writes; nothing else.
std::optional<WallTime> parse_iso8601(std::string_view text);

}  // namespace quickclinic
