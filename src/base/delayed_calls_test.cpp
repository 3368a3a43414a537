#include "base/delayed_calls.hpp"

#include <gtest/gtest.h>

#include <string>

namespace quickclinic {
namespace {

using std::chrono::milliseconds;

TEST(DelayedCalls, ComeInTheirTimeAndOnce) {
  TimerWheel timers{TimePoint{}};
  DelayedCalls calls(timers);
  std::string order;
  calls.at(TimePoint{} + milliseconds(20), [&] { order += 'b'; });
  calls.at(TimePoint{} + milliseconds(10), [&] { order += 'a'; });

  timers.advance(TimePoint{} + milliseconds(9));
  EXPECT_EQ(order, "");
  timers.advance(TimePoint{} + milliseconds(10));
  EXPECT_EQ(order, "a");
  timers.advance(TimePoint{} + milliseconds(50));
  timers.advance(TimePoint{} + milliseconds(90));

  EXPECT_EQ(order, "ab");
  EXPECT_EQ(calls.size(), 0U);
}

TEST(DelayedCalls, MayAskForAnotherOne) {
  TimerWheel timers{TimePoint{}};
  DelayedCalls calls(timers);
  int made = 0;
  calls.at(TimePoint{}, [&] { calls.at(TimePoint{} + milliseconds(1), [&] { ++made; }); });

  timers.advance(TimePoint{});
  timers.advance(TimePoint{} + milliseconds(1));

  EXPECT_EQ(made, 1);
}

TEST(DelayedCalls, AreDroppedWithTheirOwner) {
  TimerWheel timers{TimePoint{}};
  int made = 0;
  {
    DelayedCalls calls(timers);
    calls.at(TimePoint{} + milliseconds(1), [&] { ++made; });
  }

  timers.advance(TimePoint{} + milliseconds(2));

  EXPECT_EQ(made, 0);
  EXPECT_EQ(timers.size(), 0U);
}

}  // namespace
}  // namespace quickclinic
