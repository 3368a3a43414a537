#include "cluster/redis/test_loop.hpp"
#include "tests/support/redis_server.hpp"

#include <gtest/gtest.h>

namespace quickclinic::redis {
namespace {

using cluster::ChannelKind;
using testing::RedisServer;

struct Group {
  RedisServer one;
  RedisServer two{{.program = "redis-server",
                   .settings = {"replicaof 127.0.0.1 " + std::to_string(one.port()),
                                "repl-diskless-sync-delay 0"},
                   .tls = false}};
  RedisServer sentinel{
      {.program = "redis-sentinel",
       .settings = {"sentinel monitor the-master 127.0.0.1 " + std::to_string(one.port()) + " 1",
                    "sentinel down-after-milliseconds the-master 500",
                    "sentinel failover-timeout the-master 2000"},
       .tls = false}};

  std::string url() const {
    return "redis+sentinel://127.0.0.1:" + std::to_string(testing::free_port()) +
           ",127.0.0.1:" + std::to_string(sentinel.port()) + "/the-master";
  }
};

TEST(Sentinel, IsAskedForTheMasterThroughAFailover) {
  Group group;
  RedisLoop loop;
  Heard heard;
  const auto pub_sub = loop.connect(group.url());
  ASSERT_TRUE(pub_sub->connected()) << pub_sub->problem();
  pub_sub->subscribe(ChannelKind::classic, "c", heard.listener());
  // A sentinel knows of the replica from the master, which it asks every ten seconds.
  ASSERT_TRUE(loop.run_until([&] {
    return group.sentinel.run({"SENTINEL", "REPLICAS", "the-master"}).find("slave") !=
               std::string::npos &&
           group.two.run({"INFO", "replication"}).find("master_link_status:up") !=
               std::string::npos;
  }));

  group.one.kill();
  ASSERT_TRUE(loop.run_until([&] { return !pub_sub->connected(); }));
  ASSERT_TRUE(loop.run_until([&] { return pub_sub->connected(); }));
  pub_sub->publish(ChannelKind::classic, "c", "after");

  EXPECT_TRUE(loop.run_until([&] { return heard.has("after"); }));
  EXPECT_NE(group.two.run({"ROLE"}).find("master"), std::string::npos);
}

TEST(Sentinel, ThatKnowsNoSuchMasterSaysSo) {
  RedisServer sentinel({.program = "redis-sentinel", .settings = {}, .tls = false});
  RedisLoop loop;

  const auto pub_sub =
      loop.dial("redis+sentinel://127.0.0.1:" + std::to_string(sentinel.port()) + "/nobody");

  EXPECT_TRUE(
      loop.run_until([&] { return pub_sub->problem().find("no master") != std::string::npos; }));
}

}  // namespace
}  // namespace quickclinic::redis
