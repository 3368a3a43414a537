#pragma once

#include "base/clock.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace quickclinic {

class TimerWheel;

/// A link of a doubly linked ring; `TimerWheel`'s alone.
struct TimerLink {
  TimerLink* next = this;
  TimerLink* previous = this;
};

/// One deadline of its owner, who embeds it. Costs 48 bytes and no allocation; cancels itself when
/// destroyed. It may neither move nor outlive its wheel while armed.
class Timer : private TimerLink {
 public:
  /// `fire` is called with `context` when the deadline has come; the timer is disarmed before and
  /// may be armed again.
  using Fire = void (*)(void* context, TimePoint now);

  Timer(Fire fire, void* context) : fire_(fire), context_(context) {}
  ~Timer() { cancel(); }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  bool armed() const noexcept { return wheel_ != nullptr; }
  void cancel() noexcept;

 private:
  friend class TimerWheel;
  Fire fire_;
  void* context_;
  TimerWheel* wheel_ = nullptr;
  std::uint64_t tick_ = 0;
};

/// All timers of one shard: a hierarchical wheel with ticks of one millisecond. Arming and
/// cancelling cost the same however many there are; a timer never fires before its deadline, and at
/// most one tick after it when `advance` is called in time. Reads no clock. Not thread-safe.
class TimerWheel {
 public:
  explicit TimerWheel(TimePoint origin);
  ~TimerWheel();
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  /// Arms `timer` for `deadline`, giving up an earlier one. A deadline in the past fires at the
  /// next `advance`.
  void arm(Timer& timer, TimePoint deadline);

  /// Fires everything due at `now`. A timer armed from within a callback for a time not after `now`
  /// waits for the next call, so that this always returns. What a callback throws comes out of
  /// here; the others that were due then are, at the next call.
  void advance(TimePoint now);

  /// When `advance` should be called next: never after the earliest deadline's tick. Nothing when
  /// no timer is armed.
  std::optional<TimePoint> next_deadline() const noexcept;

  std::size_t size() const noexcept { return size_; }

 private:
  friend class Timer;
  static constexpr unsigned levels = 5;  // 64 ms, 4 s, 4.4 min, 4.7 h, 12 days
  static constexpr unsigned slot_bits = 6;
  static constexpr unsigned slots = 1U << slot_bits;

  struct Level {
    std::uint64_t occupied = 0;  // one bit per slot that is not empty
    std::array<TimerLink, slots> ring;
  };

  void place(Timer& timer);
  void unlink(Timer& timer) noexcept;
  void cascade(unsigned level);
  struct Firing;
  static void fire_ring(Firing& firing, TimePoint now);
  std::optional<std::uint64_t> next_tick() const noexcept;

  TimePoint origin_;
  std::uint64_t current_ = 0;
  std::size_t size_ = 0;
  TimerLink due_;
  std::array<Level, levels> levels_;
};

}  // namespace quickclinic
