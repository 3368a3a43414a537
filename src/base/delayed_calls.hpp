#pragma once

#include "base/timer_wheel.hpp"

#include <cstddef>
#include <functional>
#include <list>
#include <utility>

namespace quickclinic {

/// Calls to be made once, later, on the shard of `timers`. For what is waited for seldom; whoever
/// waits often embeds a `Timer`. What has not come to pass is dropped with this object.
class DelayedCalls {
 public:
  explicit DelayedCalls(TimerWheel& timers) : timers_(timers) {}
  DelayedCalls(const DelayedCalls&) = delete;
  DelayedCalls& operator=(const DelayedCalls&) = delete;

  void at(TimePoint when, std::function<void()> call);
  std::size_t size() const noexcept { return waiting_.size(); }

 private:
  struct Waiting {
    DelayedCalls& owner;
    std::function<void()> call;
    std::list<Waiting>::iterator self = {};
    Timer timer{[](void* self, TimePoint) { static_cast<Waiting*>(self)->come(); }, this};

    Waiting(DelayedCalls& calls, std::function<void()> what)
        : owner(calls), call(std::move(what)) {}
    void come();
  };

  TimerWheel& timers_;
  std::list<Waiting> waiting_;
};

}  // namespace quickclinic
