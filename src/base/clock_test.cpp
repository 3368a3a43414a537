#include "base/clock.hpp"

#include <gtest/gtest.h>

namespace quickclinic {
namespace {

TEST(ClockIso8601, WritesMillisecondsInUtc) {
  const WallTime time{std::chrono::milliseconds(1767323045678)};

  EXPECT_EQ(iso8601(time), "2026-01-02T03:04:05.678Z");
}

TEST(ClockIso8601, ReadsBackWhatItWrites) {
  const WallTime time{std::chrono::milliseconds(951782400001)};

  EXPECT_EQ(parse_iso8601(iso8601(time)), time);
}

TEST(ClockIso8601, RefusesOtherShapesAndImpossibleDates) {
  for (const char* text : {"", "2026-01-02", "2026-02-30T00:00:00.000Z", "2026-01-02T24:00:00.000Z",
                           "2026-01-02 03:04:05.678Z", "2026-01-02T03:04:05.678+"}) {
    EXPECT_FALSE(parse_iso8601(text)) << text;
  }
}

}  // namespace
}  // namespace quickclinic
