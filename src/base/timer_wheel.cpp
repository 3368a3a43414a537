#include "base/timer_wheel.hpp"

#include <algorithm>
#include <bit>

namespace quickclinic {
namespace {

using Milliseconds = std::chrono::milliseconds;

void remove(TimerLink& link) noexcept {
  link.previous->next = link.next;
  link.next->previous = link.previous;
  link.next = link.previous = &link;
}

void append(TimerLink& ring, TimerLink& link) noexcept {
  link.previous = ring.previous;
  link.next = &ring;
  ring.previous->next = &link;
  ring.previous = &link;
}

// Moves all of `from` into the empty ring `to`.
void take(TimerLink& from, TimerLink& to) noexcept {
  if (from.next == &from) return;
  to.next = from.next;
  to.previous = from.previous;
  to.next->previous = to.previous->next = &to;
  from.next = from.previous = &from;
}

}  // namespace

void Timer::cancel() noexcept {
  if (wheel_ != nullptr) wheel_->unlink(*this);
}

TimerWheel::TimerWheel(TimePoint origin) : origin_(origin) {}

TimerWheel::~TimerWheel() {
  const auto disarm = [this](TimerLink& ring) {
    while (ring.next != &ring) unlink(static_cast<Timer&>(*ring.next));
  };
  disarm(due_);
  for (Level& level : levels_) {
    for (TimerLink& ring : level.ring) disarm(ring);
  }
}

void TimerWheel::arm(Timer& timer, TimePoint deadline) {
  timer.cancel();
  const auto after = std::chrono::ceil<Milliseconds>(deadline - origin_).count();
  timer.tick_ = after > 0 ? static_cast<std::uint64_t>(after) : 0;
  timer.wheel_ = this;
  ++size_;
  place(timer);
}

void TimerWheel::place(Timer& timer) {
  if (timer.tick_ <= current_) {
    append(due_, timer);
    return;
  }
  // Past the last level's reach a timer waits at its rim and is placed anew from there.
  const std::uint64_t reach = (std::uint64_t{1} << (levels * slot_bits)) - 1;
  const std::uint64_t distance = std::min(timer.tick_ - current_, reach);
  const std::uint64_t tick = current_ + distance;
  const unsigned level = (static_cast<unsigned>(std::bit_width(distance)) - 1) / slot_bits;
  const std::uint64_t slot = (tick >> (level * slot_bits)) % slots;
  append(levels_[level].ring[slot], timer);
  levels_[level].occupied |= std::uint64_t{1} << slot;
}

void TimerWheel::unlink(Timer& timer) noexcept {
  const TimerLink* const neighbour = timer.next;
  const bool last = timer.next == timer.previous;  // then the neighbour is the ring itself
  remove(timer);
  timer.wheel_ = nullptr;
  --size_;
  if (!last) return;
  for (Level& level : levels_) {
    const TimerLink* const first = level.ring.data();
    if (std::less_equal<>()(first, neighbour) && std::less<>()(neighbour, first + slots)) {
      level.occupied &= ~(std::uint64_t{1} << static_cast<std::uint64_t>(neighbour - first));
      return;
    }
  }
}

void TimerWheel::cascade(unsigned level) {
  const std::uint64_t slot = (current_ >> (level * slot_bits)) % slots;
  levels_[level].occupied &= ~(std::uint64_t{1} << slot);
  TimerLink moving;
  take(levels_[level].ring[slot], moving);
  while (moving.next != &moving) {
    auto& timer = static_cast<Timer&>(*moving.next);
    remove(timer);
    place(timer);
  }
}

// Timers that are being fired. Those that a throwing callback has left over stay due.
struct TimerWheel::Firing {
  explicit Firing(TimerWheel& of) : wheel(of) {}
  ~Firing() {
    while (ring.next != &ring) {
      TimerLink& left = *ring.next;
      remove(left);
      append(wheel.due_, left);
    }
  }
  Firing(const Firing&) = delete;
  Firing& operator=(const Firing&) = delete;

  TimerWheel& wheel;
  TimerLink ring;
};

void TimerWheel::fire_ring(Firing& firing, TimePoint now) {
  while (firing.ring.next != &firing.ring) {
    auto& timer = static_cast<Timer&>(*firing.ring.next);
    firing.wheel.unlink(timer);
    timer.fire_(timer.context_, now);
  }
}

std::optional<std::uint64_t> TimerWheel::next_tick() const noexcept {
  std::optional<std::uint64_t> next;
  for (unsigned level = 0; level < levels; ++level) {
    const std::uint64_t occupied = levels_[level].occupied;
    if (occupied == 0) continue;
    const std::uint64_t position = current_ >> (level * slot_bits);
    const int rotation = static_cast<int>((position + 1) % slots);
    const auto distance =
        static_cast<std::uint64_t>(std::countr_zero(std::rotr(occupied, rotation))) + 1;
    const std::uint64_t tick = (position + distance) << (level * slot_bits);
    if (!next || tick < *next) next = tick;
  }
  return next;
}

void TimerWheel::advance(TimePoint now) {
  const auto since = std::chrono::floor<Milliseconds>(now - origin_).count();
  const std::uint64_t target = since > 0 ? static_cast<std::uint64_t>(since) : 0;
  {
    Firing overdue(*this);
    take(due_, overdue.ring);
    fire_ring(overdue, now);
  }
  while (true) {
    const std::optional<std::uint64_t> next = next_tick();
    if (!next || *next > target) break;
    current_ = *next;
    for (unsigned level = levels - 1; level > 0; --level) {
      const std::uint64_t width = std::uint64_t{1} << (level * slot_bits);
      if (current_ % width == 0) cascade(level);
    }
    Level& lowest = levels_[0];
    lowest.occupied &= ~(std::uint64_t{1} << (current_ % slots));
    Firing firing(*this);
    take(lowest.ring[current_ % slots], firing.ring);
    // What a cascade found due at this very tick went to `due_`.
    Firing exact(*this);
    take(due_, exact.ring);
    fire_ring(exact, now);
    fire_ring(firing, now);
  }
  current_ = std::max(current_, target);
}

std::optional<TimePoint> TimerWheel::next_deadline() const noexcept {
  if (due_.next != &due_) return origin_ + Milliseconds(current_);
  const std::optional<std::uint64_t> next = next_tick();
  if (!next) return std::nullopt;
  return origin_ + Milliseconds(*next);
}

}  // namespace quickclinic
