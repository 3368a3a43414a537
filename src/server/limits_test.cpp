#include "server/limits.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace quickclinic::server {
namespace {

using settings::Rate;
using std::chrono::seconds;

transport::PeerAddress at(std::string_view text) {
  return transport::PeerAddress::parse(text).value();
}

TEST(RateLimit, LetsSoManyThroughAtOnceAndThenOneAfterTheOther) {
  RateLimit limit(Rate{4, seconds(8)});
  TimePoint now{seconds(1000)};

  for (int i = 0; i < 4; ++i) EXPECT_FALSE(limit.take(now));
  EXPECT_EQ(limit.take(now), seconds(2));
  now += seconds(1);
  EXPECT_EQ(limit.take(now), seconds(1));
  now += seconds(1);
  EXPECT_FALSE(limit.take(now));
  EXPECT_TRUE(limit.take(now));
  now += seconds(100);
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(limit.take(now));
  EXPECT_TRUE(limit.take(now));
}

TEST(RateLimit, ThatIsOffLetsEverythingThrough) {
  RateLimit limit{Rate()};

  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(limit.take(TimePoint{seconds(1)}));
}

class LimitTableTest : public ::testing::Test {
 protected:
  bool may(std::string_view key) { return !table.of(key, now)->take(now); }

  LimitTable<RateLimit> table{RateLimit(Rate{1, seconds(10)}), seconds(10), 3200};
  TimePoint now{seconds(1000)};
};

TEST_F(LimitTableTest, CountsEachKeyByItself) {
  EXPECT_TRUE(may("ana"));
  EXPECT_FALSE(may("ana"));
  EXPECT_TRUE(may("tom"));
}

TEST_F(LimitTableTest, RemembersForAsLongAsItMatters) {
  EXPECT_TRUE(may("ana"));

  now += seconds(9);
  EXPECT_FALSE(may("ana"));
  now += seconds(1);
  EXPECT_TRUE(may("ana"));
}

TEST_F(LimitTableTest, ForgetsTheOlderOnesOfTooMany) {
  const std::weak_ptr<RateLimit> first = table.of("ana", now);

  for (int i = 0; i < 10'000; ++i) table.of(std::to_string(i), now);

  EXPECT_TRUE(first.expired());
}

TEST_F(LimitTableTest, NeverForgetsWhatSomebodyHolds) {
  const auto held = table.of("ana", now);

  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 10'000; ++i) table.of(std::to_string(i), now);
    now += seconds(60);
  }
  EXPECT_EQ(table.of("ana", now), held);
}

TEST_F(LimitTableTest, TakesKeysHoweverLong) {
  const std::string endless(1'000'000, 'x');
  EXPECT_TRUE(may(endless));
  EXPECT_FALSE(may(endless));
}

class LimitsTest : public ::testing::Test {
 protected:
  static settings::Settings few() {
    settings::Settings settings;
    settings.max_connections_per_address = 2;
    settings.handshakes_per_address = Rate{5, seconds(3600)};
    settings.logins_per_address = Rate{4, seconds(3600)};
    settings.logins_per_account = Rate{2, seconds(3600)};
    return settings;
  }
  Limits limits{few()};
};

TEST_F(LimitsTest, CountsSessionsAsLongAsTheyLast) {
  const auto one = limits.handshake(at("192.0.2.1"));
  auto two = limits.handshake(at("192.0.2.1"));
  EXPECT_TRUE(one.ticket);
  EXPECT_TRUE(two.ticket);

  const auto three = limits.handshake(at("192.0.2.1"));
  EXPECT_TRUE(three.retry_after);
  EXPECT_EQ(three.message, "Too many connections");

  two = {};
  EXPECT_TRUE(limits.handshake(at("192.0.2.1")).ticket);
}

TEST_F(LimitsTest, TakesANetworkOfIpv6ForOneAddress) {
  std::vector<transport::HandshakeVerdict> kept;
  for (int i = 0; i < 2; ++i) {
    kept.push_back(limits.handshake(at("2001:db8::" + std::to_string(i))));
    EXPECT_FALSE(kept.back().retry_after);
  }

  EXPECT_TRUE(limits.handshake(at("2001:db8::ffff:0:0:1")).retry_after);
  EXPECT_FALSE(limits.handshake(at("2001:db8:0:1::1")).retry_after);
}

TEST_F(LimitsTest, SlowsDownWhoComesBackTooOften) {
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(limits.handshake(at("192.0.2.1")).retry_after);

  const auto refused = limits.handshake(at("192.0.2.1"));

  EXPECT_GT(refused.retry_after, seconds(60));
  EXPECT_EQ(refused.message, "Rate limit exceeded");
  EXPECT_FALSE(limits.handshake(at("192.0.2.2")).retry_after);
}

TEST_F(LimitsTest, LimitsTheAttemptsAtOneAccountFromWherever) {
  EXPECT_FALSE(limits.login(at("192.0.2.1"), "ana"));
  EXPECT_FALSE(limits.login(at("192.0.2.2"), "ana"));
  EXPECT_TRUE(limits.login(at("192.0.2.3"), "ana"));
  EXPECT_FALSE(limits.login(at("192.0.2.3"), "tom"));
}

TEST_F(LimitsTest, LimitsTheAttemptsFromOneAddressAtWhomever) {
  for (const std::string account : {"a", "b", "c", "d"}) {
    EXPECT_FALSE(limits.login(at("192.0.2.1"), account));
  }
  EXPECT_TRUE(limits.login(at("192.0.2.1"), "e"));
  EXPECT_FALSE(limits.login(at("192.0.2.2"), "e"));
}

TEST_F(LimitsTest, AreThePersonsOnAllTheirDevices) {
  EXPECT_EQ(limits.person(chat::UserId("ana")), limits.person(chat::UserId("ana")));
  EXPECT_NE(limits.person(chat::UserId("ana")), limits.person(chat::UserId("tom")));
}

}  // namespace
}  // namespace quickclinic::server
