#include "base/timer_wheel.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <stdexcept>
#include <vector>

namespace quickclinic {
namespace {

using std::chrono::milliseconds;

const TimePoint start{};

struct Probe {
  explicit Probe(TimerWheel& on) : wheel(on) {}
  TimerWheel& wheel;
  std::vector<TimePoint> fired;
  milliseconds again{0};  // armed anew from the callback when above zero
  Timer timer{[](void* self, TimePoint now) {
                auto& probe = *static_cast<Probe*>(self);
                probe.fired.push_back(now);
                if (probe.again.count() > 0) probe.wheel.arm(probe.timer, now + probe.again);
              },
              this};
};

TEST(TimerWheelDeadline, FiresAtItsMillisecondAndNotBefore) {
  TimerWheel wheel(start);
  Probe probe(wheel);
  wheel.arm(probe.timer, start + milliseconds(500));

  wheel.advance(start + milliseconds(499));
  EXPECT_TRUE(probe.fired.empty());
  wheel.advance(start + milliseconds(500));

  EXPECT_EQ(probe.fired.size(), 1U);
  EXPECT_FALSE(probe.timer.armed());
}

TEST(TimerWheelDeadline, FiresAPastDeadlineAtTheNextAdvance) {
  TimerWheel wheel(start);
  Probe probe(wheel);
  wheel.advance(start + milliseconds(100));
  wheel.arm(probe.timer, start + milliseconds(50));

  wheel.advance(start + milliseconds(100));

  EXPECT_EQ(probe.fired.size(), 1U);
}

TEST(TimerWheelCancel, NeverFiresACancelledTimer) {
  TimerWheel wheel(start);
  Probe probe(wheel);
  wheel.arm(probe.timer, start + milliseconds(5000));

  probe.timer.cancel();
  wheel.advance(start + milliseconds(10000));

  EXPECT_TRUE(probe.fired.empty());
  EXPECT_EQ(wheel.size(), 0U);
  EXPECT_FALSE(wheel.next_deadline());
}

TEST(TimerWheelRepeat, MayArmItselfAgainFromItsCallback) {
  TimerWheel wheel(start);
  Probe probe(wheel);
  probe.again = milliseconds(300);
  wheel.arm(probe.timer, start + milliseconds(300));

  for (int ms = 1; ms <= 1000; ++ms) wheel.advance(start + milliseconds(ms));

  EXPECT_EQ(probe.fired, (std::vector{start + milliseconds(300), start + milliseconds(600),
                                      start + milliseconds(900)}));
}

TEST(TimerWheelOrder, MatchesASortedListOverRandomDeadlines) {
  const unsigned seed = 20260102;
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  TimerWheel wheel(start);
  std::vector<std::unique_ptr<Probe>> probes;
  std::vector<milliseconds> deadlines;
  for (int i = 0; i < 2000; ++i) {
    const unsigned shift = random() % 31;
    deadlines.emplace_back((random() & ((1U << shift) | ((1U << shift) - 1))) + 1);
    probes.push_back(std::make_unique<Probe>(wheel));
    wheel.arm(probes.back()->timer, start + deadlines.back());
  }

  // Driven as a shard drives it: sleep until next_deadline, then advance.
  while (wheel.size() > 0) wheel.advance(*wheel.next_deadline());

  for (std::size_t i = 0; i < probes.size(); ++i) {
    ASSERT_EQ(probes[i]->fired.size(), 1U);
    EXPECT_EQ(probes[i]->fired[0], start + deadlines[i]);
  }
}

TEST(TimerWheelDestruction, DisarmsWhatIsStillArmed) {
  auto wheel = std::make_unique<TimerWheel>(start);
  Probe probe(*wheel);
  wheel->arm(probe.timer, start + milliseconds(70));

  wheel.reset();

  EXPECT_FALSE(probe.timer.armed());
}

TEST(TimerWheelCallback, MayThrowWithoutHoldingUpTheOthers) {
  TimerWheel wheel{TimePoint{}};
  int fired = 0;
  const auto fire = [](void* count, TimePoint) {
    if (++*static_cast<int*>(count) == 1) throw std::runtime_error("the first one");
  };
  Timer one(fire, &fired);
  Timer two(fire, &fired);
  Timer three(fire, &fired);
  const TimePoint due = TimePoint{} + std::chrono::milliseconds(5);
  for (Timer* timer : {&one, &two, &three}) wheel.arm(*timer, due);

  EXPECT_THROW(wheel.advance(due), std::runtime_error);
  EXPECT_EQ(fired, 1);
  EXPECT_EQ(wheel.next_deadline(), due);
  two.cancel();
  wheel.advance(due);

  EXPECT_EQ(fired, 2);
  EXPECT_EQ(wheel.size(), 0U);
}

}  // namespace
}  // namespace quickclinic
