#include "base/log.hpp"
#include "cluster/redis/test_loop.hpp"
#include "tests/support/redis_server.hpp"

#include <gtest/gtest.h>

namespace quickclinic::redis {
namespace {

using cluster::ChannelKind;
using testing::RedisServer;

TEST(RedisAway, SubscribesToEverythingAnewWhenItComesBack) {
  RedisServer server;
  RedisLoop loop;
  Heard classic;
  Heard sharded;
  Heard pattern;
  std::vector<bool> changes;
  const auto pub_sub = loop.connect(server.url());
  pub_sub->on_change([&](bool connected) { changes.push_back(connected); });
  pub_sub->subscribe(ChannelKind::classic, "c", classic.listener());
  pub_sub->subscribe(ChannelKind::sharded, "s", sharded.listener());
  pub_sub->subscribe_pattern("p*", pattern.listener());

  server.kill();
  ASSERT_TRUE(loop.run_until([&] { return !pub_sub->connected(); }));
  EXPECT_FALSE(pub_sub->problem().empty());
  server.start();
  ASSERT_TRUE(loop.run_until([&] { return pub_sub->connected(); }));
  pub_sub->publish(ChannelKind::classic, "c", "1");
  pub_sub->publish(ChannelKind::sharded, "s", "2");
  pub_sub->publish(ChannelKind::classic, "p1", "3");

  EXPECT_TRUE(
      loop.run_until([&] { return classic.has("1") && sharded.has("2") && pattern.has("3"); }));
  EXPECT_EQ(changes, (std::vector<bool>{false, true}));
  EXPECT_EQ(pub_sub->problem(), "");
  EXPECT_EQ(pub_sub->counts().connects, 2U);
}

TEST(RedisAway, WhatIsPublishedMeanwhileWaitsUpToABound) {
  RedisServer server;
  RedisLoop loop;
  Heard heard;
  const auto other = loop.connect(server.url());
  const auto pub_sub = loop.dial(server.url());
  other->subscribe(ChannelKind::classic, "c", heard.listener());
  ASSERT_TRUE(loop.wait_for_listeners(*other, ChannelKind::classic, "c", 1));
  const auto late = loop.dial(server.url());
  const std::string large(3UL << 20U, 'x');

  late->publish(ChannelKind::classic, "c", "first");
  late->publish(ChannelKind::classic, "c", large);
  late->publish(ChannelKind::classic, "c", large);
  late->publish(ChannelKind::classic, "c", large);
  late->publish(ChannelKind::classic, "c", "last");

  ASSERT_TRUE(loop.run_until([&] { return heard.has("last"); }));
  EXPECT_EQ(heard.messages.size(), 4U);
  EXPECT_EQ(heard.messages.front().second, "first");
  EXPECT_EQ(late->counts().dropped, 1U);
}

TEST(RedisAway, QuestionsFailInTime) {
  RedisServer server;
  RedisLoop loop;
  const auto pub_sub = loop.connect(server.url());
  server.kill();
  ASSERT_TRUE(loop.run_until([&] { return !pub_sub->connected(); }));

  std::optional<Result<std::size_t>> counted;
  pub_sub->count_subscribers(ChannelKind::classic, "c", [&](auto n) { counted = n; });

  EXPECT_FALSE(counted) << "answered from within the call";
  ASSERT_TRUE(loop.run_until([&] { return counted.has_value(); }));
  EXPECT_EQ(counted->error().condition(), Condition::unavailable);
}

TEST(RedisAway, NoticesAServerThatAnswersNothing) {
  RedisServer server;
  RedisLoop loop;
  const auto pub_sub = loop.connect(server.url());
  std::optional<Result<std::size_t>> counted;

  server.pause();
  pub_sub->count_subscribers(ChannelKind::classic, "c", [&](auto n) { counted = n; });

  ASSERT_TRUE(loop.run_until([&] { return !pub_sub->connected() && counted.has_value(); }));
  EXPECT_FALSE(*counted);
  server.resume();
  EXPECT_TRUE(loop.run_until([&] { return pub_sub->connected(); }));
}

TEST(RedisAway, ConnectsAgainWhenTheServerCutsTheSubscriberOff) {
  RedisServer server;
  RedisLoop loop;
  Heard heard;
  const auto pub_sub = loop.connect(server.url());
  pub_sub->subscribe(ChannelKind::classic, "c", heard.listener());
  ASSERT_TRUE(loop.wait_for_listeners(*pub_sub, ChannelKind::classic, "c", 1));

  server.run({"CLIENT", "KILL", "TYPE", "pubsub"});
  ASSERT_TRUE(loop.run_until([&] { return pub_sub->counts().connects == 2; }));
  pub_sub->publish(ChannelKind::classic, "c", "after");

  EXPECT_TRUE(loop.run_until([&] { return heard.has("after"); }));
}

TEST(RedisAway, PasswordsAreAskedFor) {
  RedisServer server({.program = "redis-server", .settings = {"requirepass s%t"}, .tls = false});
  RedisLoop loop;
  const std::string host = server.url().substr(std::string("redis://").size());

  const auto none = loop.dial(server.url());
  const auto wrong = loop.dial("redis://:other@" + host);
  const auto right = loop.connect("redis://:s%25t@" + host + "/3");

  EXPECT_TRUE(right->connected());
  EXPECT_TRUE(loop.run_until([&] { return none->problem().starts_with("NOAUTH"); }));
  EXPECT_TRUE(loop.run_until([&] { return wrong->problem().starts_with("WRONGPASS"); }));
}

TEST(RedisAway, UsersWhoMayNotListenAreNotConnected) {
  RedisServer server({.program = "redis-server",
                      .settings = {"user chat on >secret resetchannels &socket.io* +@all",
                                   "user poor on >secret resetchannels &socket.io* +@pubsub "
                                   "+ping +select"},
                      .tls = false});
  RedisLoop loop;
  const std::string host = server.url().substr(std::string("redis://").size());
  const auto pub_sub = loop.connect("redis://chat:secret@" + host);
  const auto poor = loop.connect("redis://poor:secret@" + host);
  pub_sub->subscribe(ChannelKind::classic, "socket.io#/#", [](auto...) {});
  ASSERT_TRUE(loop.wait_for_listeners(*poor, ChannelKind::classic, "socket.io#/#", 1));
  EXPECT_TRUE(pub_sub->connected());

  pub_sub->subscribe(ChannelKind::classic, "other", [](auto...) {});
  poor->publish(ChannelKind::classic, "other", "x");

  EXPECT_TRUE(loop.run_until([&] { return pub_sub->problem().starts_with("NOPERM"); }));
  EXPECT_TRUE(loop.run_until([&] { return poor->counts().dropped == 1; }));
  EXPECT_TRUE(poor->connected());
}

TEST(RedisTls, TakesTheServerThatTheAuthorityKnows) {
  RedisServer server({.program = "redis-server", .settings = {}, .tls = true});
  RedisLoop loop;
  Heard heard;
  const std::string ca = "ssl_ca_certs=" + server.ca_file().string();
  const std::string by_address = "rediss://127.0.0.1:" + std::to_string(server.port());

  const auto stranger = loop.dial(server.url());
  const auto misnamed = loop.dial(by_address + "?" + ca);
  const auto pub_sub = loop.connect(server.url() + "?" + ca);
  const auto careless = loop.connect(server.url() + "?ssl_cert_reqs=none");
  const auto nameless = loop.connect(by_address + "?ssl_check_hostname=false&" + ca);
  const std::string large(200'000, 'x');
  pub_sub->subscribe(ChannelKind::sharded, "c", heard.listener());
  ASSERT_TRUE(loop.wait_for_listeners(*careless, ChannelKind::sharded, "c", 1));
  nameless->publish(ChannelKind::sharded, "c", large);

  EXPECT_TRUE(loop.run_until([&] { return heard.has(large); }));
  for (const auto* refused : {&stranger, &misnamed}) {
    EXPECT_TRUE(loop.run_until(
        [&] { return (*refused)->problem().find("certificate") != std::string::npos; }));
  }
}

TEST(RedisTls, AFileThatIsNotThereIsASentence) {
  RedisLoop loop;
  const auto made = make_redis_pub_sub(loop.context().get_executor(),
                                       *read_redis_url("rediss://localhost?ssl_ca_certs=/nowhere"));

  ASSERT_FALSE(made);
  EXPECT_NE(made.error().context.find("ssl_ca_certs"), std::string::npos);
}

}  // namespace
}  // namespace quickclinic::redis
