#include "cluster/redis/test_loop.hpp"
#include "tests/support/redis_server.hpp"

#include <gtest/gtest.h>

namespace quickclinic::redis {
namespace {

using cluster::ChannelKind;
using testing::RedisServer;
using Messages = std::vector<std::pair<std::string, std::string>>;

// One for the whole program; tests use channels of their own.
RedisServer& server() {
  static RedisServer shared;
  return shared;
}

class RedisPubSubKinds : public ::testing::TestWithParam<ChannelKind> {};

INSTANTIATE_TEST_SUITE_P(Both, RedisPubSubKinds,
                         ::testing::Values(ChannelKind::classic, ChannelKind::sharded));

TEST_P(RedisPubSubKinds, BringsMessagesInOrder) {
  RedisLoop loop;
  Heard heard;
  const auto one = loop.connect(server().url());
  const auto two = loop.connect(server().url());
  two->subscribe(GetParam(), "order", heard.listener());
  ASSERT_TRUE(loop.wait_for_listeners(*one, GetParam(), "order", 1));

  Messages sent;
  for (int i = 0; i < 1000; ++i) {
    sent.emplace_back("order", std::to_string(i) + std::string("\0\r\n", 3));
    one->publish(GetParam(), "order", sent.back().second);
  }

  ASSERT_TRUE(loop.run_until([&] { return heard.messages.size() >= sent.size(); }));
  EXPECT_EQ(heard.messages, sent);
}

TEST_P(RedisPubSubKinds, HearsNothingAfterUnsubscribing) {
  RedisLoop loop;
  Heard before;
  Heard end;
  const auto pub_sub = loop.connect(server().url());
  pub_sub->subscribe(GetParam(), "left", before.listener());
  pub_sub->subscribe(GetParam(), "end", end.listener());

  pub_sub->unsubscribe(GetParam(), "left");
  pub_sub->unsubscribe(GetParam(), "never");
  ASSERT_TRUE(loop.wait_for_listeners(*pub_sub, GetParam(), "left", 0));
  ASSERT_TRUE(loop.wait_for_listeners(*pub_sub, GetParam(), "end", 1));
  pub_sub->publish(GetParam(), "left", "x");
  pub_sub->publish(GetParam(), "end", "x");

  ASSERT_TRUE(loop.run_until([&] { return end.has("x"); }));
  EXPECT_TRUE(before.messages.empty());
}

TEST(RedisPubSub, KeepsTheKindsApart) {
  RedisLoop loop;
  Heard classic;
  Heard sharded;
  const auto pub_sub = loop.connect(server().url());
  pub_sub->subscribe(ChannelKind::classic, "same", classic.listener());
  pub_sub->subscribe(ChannelKind::sharded, "same", sharded.listener());
  ASSERT_TRUE(loop.wait_for_listeners(*pub_sub, ChannelKind::sharded, "same", 1));

  pub_sub->publish(ChannelKind::classic, "same", "c");
  pub_sub->publish(ChannelKind::sharded, "same", "s");

  ASSERT_TRUE(loop.run_until([&] { return classic.has("c") && sharded.has("s"); }));
  EXPECT_EQ(classic.messages.size(), 1U);
  EXPECT_EQ(sharded.messages.size(), 1U);
}

TEST(RedisPubSub, HearsChannelsByPattern) {
  RedisLoop loop;
  Heard heard;
  const auto pub_sub = loop.connect(server().url());
  pub_sub->subscribe_pattern("room[#]*", heard.listener());
  pub_sub->subscribe(ChannelKind::classic, "pattern-end", {[](auto...) {}});
  ASSERT_TRUE(loop.wait_for_listeners(*pub_sub, ChannelKind::classic, "pattern-end", 1));

  pub_sub->publish(ChannelKind::classic, "room#a", "1");
  pub_sub->publish(ChannelKind::classic, "roomb", "2");
  pub_sub->publish(ChannelKind::classic, "room#c", "3");

  ASSERT_TRUE(loop.run_until([&] { return heard.has("3"); }));
  EXPECT_EQ(heard.messages, (Messages{{"room#a", "1"}, {"room#c", "3"}}));
}

TEST(RedisPubSub, ListenerMayReplaceItself) {
  RedisLoop loop;
  Heard second;
  const auto pub_sub = loop.connect(server().url());
  pub_sub->subscribe(ChannelKind::classic, "replaced", [&](std::string_view, std::string_view) {
    pub_sub->subscribe(ChannelKind::classic, "replaced", second.listener());
  });
  ASSERT_TRUE(loop.wait_for_listeners(*pub_sub, ChannelKind::classic, "replaced", 1));

  pub_sub->publish(ChannelKind::classic, "replaced", "1");
  pub_sub->publish(ChannelKind::classic, "replaced", "2");

  ASSERT_TRUE(loop.run_until([&] { return second.has("2"); }));
  EXPECT_EQ(second.messages.size(), 1U);
}

TEST(RedisPubSub, HoldsManySubscriptions) {
  RedisLoop loop;
  Heard heard;
  const auto pub_sub = loop.dial(server().url());
  for (int i = 0; i < 5000; ++i) {
    pub_sub->subscribe(ChannelKind::sharded, "many#" + std::to_string(i), heard.listener());
  }

  ASSERT_TRUE(loop.run_until([&] { return pub_sub->connected(); }));

  EXPECT_EQ(loop.count(*pub_sub, ChannelKind::sharded, "many#4999"), 1U);
}

TEST(RedisPubSub, CarriesLargeMessages) {
  RedisLoop loop;
  Heard heard;
  const auto pub_sub = loop.connect(server().url());
  pub_sub->subscribe(ChannelKind::classic, "large", heard.listener());
  ASSERT_TRUE(loop.wait_for_listeners(*pub_sub, ChannelKind::classic, "large", 1));
  const std::string large(5'000'000, 'x');

  pub_sub->publish(ChannelKind::classic, "large", large);

  ASSERT_TRUE(loop.run_until([&] { return !heard.messages.empty(); }));
  EXPECT_EQ(heard.messages.front().second, large);
}

TEST(RedisPubSub, GoesWithItsOwnerWhateverItWasDoing) {
  RedisLoop loop;
  bool called = false;
  {
    const auto pub_sub = loop.connect(server().url());
    pub_sub->subscribe(ChannelKind::classic, "gone", [&](auto...) { called = true; });
    pub_sub->publish(ChannelKind::classic, "gone", "x");
    pub_sub->count_subscribers(ChannelKind::classic, "gone", [&](auto) { called = true; });
    const auto dialling = loop.dial(server().url());
  }
  loop.context().run_for(std::chrono::milliseconds(50));

  EXPECT_FALSE(called);
}

}  // namespace
}  // namespace quickclinic::redis
