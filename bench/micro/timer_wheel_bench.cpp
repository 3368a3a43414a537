// A shard's timer wheel with as many timers as it has idle sessions.
#include "base/timer_wheel.hpp"

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstddef>
#include <deque>

namespace {

using namespace quickclinic;
using std::chrono::milliseconds;

/// Timers spread over a heartbeat's interval; each arms itself again when it fires.
struct Heartbeats {
  explicit Heartbeats(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      wheel.arm(timers.emplace_back(&again, this),
                TimePoint{} + milliseconds(1 + i * interval.count() / count));
    }
  }

  static void again(void* self, TimePoint now) {
    auto& all = *static_cast<Heartbeats*>(self);
    ++all.fired;
    for (std::size_t tries = 0; tries < all.timers.size(); ++tries) {
      Timer& timer = all.timers[all.next];
      all.next = (all.next + 1) % all.timers.size();
      if (timer.armed()) continue;
      all.wheel.arm(timer, now + interval);
      return;
    }
  }

  static constexpr milliseconds interval{25000};
  TimerWheel wheel{TimePoint{}};
  std::deque<Timer> timers;
  std::size_t next = 0;  // timers fire in the order in which they stand
  std::size_t fired = 0;
};

void timer_arm_again(benchmark::State& state) {
  Heartbeats all(static_cast<std::size_t>(state.range(0)));
  std::size_t i = 0;
  for (auto _ : state) {
    all.wheel.arm(all.timers[i], TimePoint{} + Heartbeats::interval + milliseconds(i % 1000));
    i = (i + 7919) % all.timers.size();
  }
}
BENCHMARK(timer_arm_again)->Arg(1000)->Arg(100'000);

void timer_cancel_and_arm(benchmark::State& state) {
  Heartbeats all(static_cast<std::size_t>(state.range(0)));
  std::size_t i = 0;
  for (auto _ : state) {
    all.timers[i].cancel();
    all.wheel.arm(all.timers[i], TimePoint{} + Heartbeats::interval);
    i = (i + 7919) % all.timers.size();
  }
}
BENCHMARK(timer_cancel_and_arm)->Arg(100'000);

// One millisecond of a shard: time per iteration, and per timer that fired in it.
void timer_advance(benchmark::State& state) {
  Heartbeats all(static_cast<std::size_t>(state.range(0)));
  TimePoint now{};
  for (auto _ : state) {
    now += milliseconds(1);
    all.wheel.advance(now);
  }
  state.counters["fired"] =
      benchmark::Counter(static_cast<double>(all.fired), benchmark::Counter::kAvgIterations);
}
BENCHMARK(timer_advance)->Arg(1000)->Arg(100'000);

}  // namespace
