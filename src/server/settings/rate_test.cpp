#include "server/settings/rate.hpp"

#include <gtest/gtest.h>

namespace quickclinic::settings {
namespace {

using std::chrono::seconds;

TEST(RateParse, TakesACountAndAPeriod) {
  EXPECT_EQ(Rate::parse("30/1m"), (Rate{30, seconds(60)}));
  EXPECT_EQ(Rate::parse("5/s"), (Rate{5, seconds(1)}));
  EXPECT_EQ(Rate::parse("100/10s"), (Rate{100, seconds(10)}));
  EXPECT_EQ(Rate::parse("1000/24h"), (Rate{1000, seconds(86400)}));
}

TEST(RateParse, TakesTheWordForNoLimit) {
  EXPECT_FALSE(Rate::parse("off").value().limits());
  EXPECT_TRUE(Rate::parse("1/h").value().limits());
}

TEST(RateParse, RefusesWhatIsNone) {
  for (const char* text :
       {"", "30", "/s", "30/", "30/0s", "0/s", "30/25h", "30/1d", "-1/s", "1/-1s", "30 / m",
        "30/m ", "1.5/s", "10000001/s", "none", "99999999999/s"}) {
    EXPECT_FALSE(Rate::parse(text)) << text;
  }
}

}  // namespace
}  // namespace quickclinic::settings
