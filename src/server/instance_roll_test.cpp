#include "server/instance_roll.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace quickclinic::server {
namespace {

using std::chrono::milliseconds;

constexpr TimePoint start{};

TEST(InstanceRollHeard, TellsWhoIsNew) {
  InstanceRoll roll;

  EXPECT_TRUE(roll.heard("a", start));
  EXPECT_TRUE(roll.heard("b", start));
  EXPECT_FALSE(roll.heard("a", start + InstanceRoll::interval));
}

TEST(InstanceRollHeard, WritesDownOnlySoMany) {
  InstanceRoll roll;
  for (std::size_t i = 0; i < InstanceRoll::instances_max; ++i) {
    ASSERT_TRUE(roll.heard(std::to_string(i), start));
  }

  EXPECT_FALSE(roll.heard("one too many", start));
  EXPECT_EQ(roll.advance(start + InstanceRoll::silence_max).size(), InstanceRoll::instances_max);
  EXPECT_TRUE(roll.heard("one too many", start + InstanceRoll::silence_max));
}

TEST(InstanceRollAdvance, LetsGoOfWhoWasSilentForTooLong) {
  InstanceRoll roll;
  roll.heard("a", start);
  roll.heard("b", start + milliseconds(1));

  EXPECT_TRUE(roll.advance(start + InstanceRoll::silence_max - milliseconds(1)).empty());
  EXPECT_EQ(roll.advance(start + InstanceRoll::silence_max), std::vector<std::string>{"a"});
  EXPECT_EQ(roll.size(), 1U);
  EXPECT_FALSE(roll.knows("a"));
  EXPECT_TRUE(roll.knows("b"));
  EXPECT_TRUE(roll.heard("a", start + InstanceRoll::silence_max));
  EXPECT_FALSE(roll.heard("b", start + InstanceRoll::silence_max));
}

TEST(InstanceRollExcuse, CountsSilenceFromThenOn) {
  InstanceRoll roll;
  roll.heard("a", start);

  roll.excuse(start + InstanceRoll::interval);

  EXPECT_TRUE(roll.advance(start + InstanceRoll::silence_max).empty());
  EXPECT_EQ(roll.advance(start + InstanceRoll::interval + InstanceRoll::silence_max).size(), 1U);
}

}  // namespace
}  // namespace quickclinic::server
