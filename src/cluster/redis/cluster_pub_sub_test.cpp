#include "cluster/redis/slot_map.hpp"
#include "cluster/redis/test_loop.hpp"
#include "tests/support/redis_server.hpp"

#include <gtest/gtest.h>

#include <array>
#include <memory>

namespace quickclinic::redis {
namespace {

using cluster::ChannelKind;
using testing::RedisServer;

// Three servers that each own a third of the slots. Their bus has ports of its own.
class ThreeServers {
 public:
  ThreeServers() {
    for (auto& server : servers_) {
      server = std::make_unique<RedisServer>(
          RedisServer::Options{.program = "redis-server",
                               .settings = {"cluster-enabled yes", "cluster-node-timeout 1000",
                                            "cluster-port " + std::to_string(testing::free_port())},
                               .tls = false});
    }
    const std::array<std::array<const char*, 2>, 3> ranges = {
        {{"0", "5460"}, {"5461", "10922"}, {"10923", "16383"}}};
    for (std::size_t i = 0; i < servers_.size(); ++i) {
      servers_[i]->run({"CLUSTER", "ADDSLOTSRANGE", ranges[i][0], ranges[i][1]});
      servers_[0]->run({"CLUSTER", "MEET", "127.0.0.1", std::to_string(servers_[i]->port()),
                        bus_port(*servers_[i])});
    }
  }

  RedisServer& operator[](std::size_t i) { return *servers_[i]; }
  std::string url() const {
    return "redis+cluster://127.0.0.1:" + std::to_string(testing::free_port()) +
           ",127.0.0.1:" + std::to_string(servers_[0]->port());
  }
  // All know of all slots.
  bool whole() const {
    for (const auto& server : servers_) {
      if (server->run({"CLUSTER", "INFO"}).find("cluster_state:ok") == std::string::npos)
        return false;
    }
    return true;
  }
  std::size_t owner_of(std::string_view channel) const {
    const auto slot = slot_of(channel);
    return slot < 5461 ? 0 : slot < 10923 ? 1 : 2;
  }
  static std::string id(const RedisServer& server) {
    return server.run({"CLUSTER", "MYID"}).substr(0, 40);
  }

 private:
  static std::string bus_port(const RedisServer& server) {
    const std::string got = server.run({"CONFIG", "GET", "cluster-port"});
    const std::size_t begin = got.find('\n') + 1;
    return got.substr(begin, got.find('\n', begin) - begin);
  }

  std::array<std::unique_ptr<RedisServer>, 3> servers_;
};

// Sharded channels such that each server owns one.
std::array<std::string, 3> one_channel_each(const ThreeServers& servers) {
  std::array<std::string, 3> channels;
  for (int i = 0; i < 100; ++i) {
    const std::string channel = "socket.io#/#room" + std::to_string(i) + "#";
    channels[servers.owner_of(channel)] = channel;
  }
  return channels;
}

// Starting one takes seconds, so everything is asked of one.
TEST(RedisCluster, CarriesEverythingAndFollowsWhatMoves) {
  ThreeServers servers;
  RedisLoop loop;
  ASSERT_TRUE(loop.run_until([&] { return servers.whole(); }));
  const auto channels = one_channel_each(servers);
  Heard sharded;
  Heard classic;
  Heard pattern;
  const auto one = loop.dial(servers.url());
  const auto two = loop.dial(servers.url());

  // Published before anything is connected.
  for (const std::string& channel : channels) {
    two->subscribe(ChannelKind::sharded, channel, sharded.listener());
    one->publish(ChannelKind::sharded, channel, "early");
  }
  two->subscribe(ChannelKind::classic, "c", classic.listener());
  two->subscribe_pattern("p*", pattern.listener());
  ASSERT_TRUE(loop.run_until([&] { return one->connected() && two->connected(); }))
      << one->problem() << two->problem();

  // Counted over all servers, wherever the subscribers are.
  one->subscribe(ChannelKind::classic, "c", [](auto...) {});
  EXPECT_TRUE(loop.wait_for_listeners(*one, ChannelKind::classic, "c", 2));
  for (const std::string& channel : channels) {
    EXPECT_TRUE(loop.wait_for_listeners(*one, ChannelKind::sharded, channel, 1));
    one->publish(ChannelKind::sharded, channel, "to " + channel);
  }
  one->publish(ChannelKind::classic, "c", "classic");
  one->publish(ChannelKind::classic, "p1", "pattern");
  EXPECT_TRUE(loop.run_until([&] {
    return sharded.has("to " + channels[0]) && sharded.has("to " + channels[1]) &&
           sharded.has("to " + channels[2]) && classic.has("classic") && pattern.has("pattern");
  }));

  // The slot of the first channel moves to the last server.
  const std::string slot = std::to_string(slot_of(channels[0]));
  const std::string id = ThreeServers::id(servers[2]);
  for (std::size_t i : {2U, 0U, 1U}) servers[i].run({"CLUSTER", "SETSLOT", slot, "NODE", id});
  one->publish(ChannelKind::sharded, channels[0], "meanwhile");
  ASSERT_TRUE(loop.run_until([&] {
    return servers[2].run({"PUBSUB", "SHARDNUMSUB", channels[0]}).find("\n1") != std::string::npos;
  }));
  one->publish(ChannelKind::sharded, channels[0], "after");
  EXPECT_TRUE(loop.run_until([&] { return sharded.has("after"); }));
  EXPECT_EQ(one->counts().dropped, 0U);

  // While a server is away, the others' channels go on.
  servers[1].pause();
  ASSERT_TRUE(loop.run_until([&] { return !one->connected() && !two->connected(); }));
  one->publish(ChannelKind::sharded, channels[1], "late");
  servers[1].resume();
  ASSERT_TRUE(loop.run_until([&] { return one->connected() && two->connected(); }));
  one->publish(ChannelKind::sharded, channels[1], "again");
  EXPECT_TRUE(loop.run_until([&] { return sharded.has("again"); }));

  two->unsubscribe(ChannelKind::sharded, channels[2]);
  EXPECT_TRUE(loop.wait_for_listeners(*one, ChannelKind::sharded, channels[2], 0));
}

TEST(RedisCluster, AServerThatIsNoneSaysSo) {
  RedisServer server;
  RedisLoop loop;

  const auto pub_sub = loop.dial("redis+cluster://127.0.0.1:" + std::to_string(server.port()));

  EXPECT_TRUE(loop.run_until(
      [&] { return pub_sub->problem().find("cluster support disabled") != std::string::npos; }));
}

}  // namespace
}  // namespace quickclinic::redis
