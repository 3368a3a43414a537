#include "base/delayed_calls.hpp"

#include <utility>

namespace quickclinic {

void DelayedCalls::at(TimePoint when, std::function<void()> call) {
  Waiting& added = waiting_.emplace_back(*this, std::move(call));
  added.self = std::prev(waiting_.end());
  timers_.arm(added.timer, when);
}

void DelayedCalls::Waiting::come() {
  const std::function<void()> what = std::move(call);
  owner.waiting_.erase(self);  // ends this object
  what();
}

}  // namespace quickclinic
