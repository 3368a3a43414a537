#include "server/login_limit.hpp"

#include <gtest/gtest.h>

#include <string>

namespace quickclinic::server {
namespace {

using std::chrono::seconds;

class LoginLimitTest : public ::testing::Test {
 protected:
  LoginLimit limit{{.address = TokenBucket(4, seconds(1)),
                    .account = TokenBucket(2, seconds(10)),
                    .entries_max = 3}};
  TimePoint now{seconds(1000)};

  bool may(std::string_view address, std::string_view account) {
    return !limit.attempt(address, account, now);
  }
};

TEST_F(LoginLimitTest, LimitsTheAttemptsAtOneAccountFromWherever) {
  EXPECT_TRUE(may("1", "ana"));
  EXPECT_TRUE(may("2", "ana"));
  EXPECT_EQ(limit.attempt("3", "ana", now), seconds(10));
  EXPECT_TRUE(may("3", "tom"));

  now += seconds(10);
  EXPECT_TRUE(may("1", "ana"));
  EXPECT_FALSE(may("1", "ana"));
}

TEST_F(LoginLimitTest, LimitsTheAttemptsFromOneAddressAtWhomever) {
  for (const std::string account : {"a", "b", "c", "d"}) EXPECT_TRUE(may("1", account));
  EXPECT_EQ(limit.attempt("1", "e", now), seconds(1));
  EXPECT_TRUE(may("2", "e"));
}

TEST_F(LoginLimitTest, ForgetsThoseWhoHaveBeenQuiet) {
  EXPECT_TRUE(may("1", "ana"));
  EXPECT_TRUE(may("2", "ana"));
  EXPECT_FALSE(may("3", "ana"));

  now += seconds(20);
  for (const std::string account : {"b", "c", "d", "e", "f"}) EXPECT_TRUE(may(account, account));
  EXPECT_TRUE(may("9", "ana"));
  EXPECT_TRUE(may("9", "ana"));
}

TEST_F(LoginLimitTest, TakesWhatIsTypedHoweverLong) {
  const std::string endless(1'000'000, 'x');
  EXPECT_TRUE(may("1", endless));
  EXPECT_TRUE(may("2", endless));
  EXPECT_FALSE(may("3", endless));
}

}  // namespace
}  // namespace quickclinic::server
