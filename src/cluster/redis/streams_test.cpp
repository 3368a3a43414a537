#include "cluster/redis/redis_streams.hpp"
#include "cluster/redis/test_loop.hpp"
#include "tests/support/redis_server.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace quickclinic::redis {
namespace {

using cluster::ChannelKind;
using cluster::EntryId;
using cluster::StreamEntry;
using testing::RedisServer;

/// A connection, and what it has read: the value of each entry's first field.
struct Member {
  Member(RedisLoop& loop, const RedisServer& server, StreamSettings settings = {})
      : made(make_redis_streams(loop.context().get_executor(), read_redis_url(server.url()).value(),
                                settings)
                 .value()) {
    made.streams->follow([this](const StreamEntry& entry) {
      read.push_back(entry.fields.empty() ? "" : entry.fields.front().second);
      ids.push_back(entry.id);
    });
  }
  bool connected() const { return made.pub_sub->connected(); }
  void append(std::string value) { made.streams->append({{"k", std::move(value)}}, {}); }
  bool has(std::string_view value) const { return std::ranges::find(read, value) != read.end(); }

  RedisStreams made;
  std::vector<std::string> read;
  std::vector<EntryId> ids;
};

using Values = std::vector<std::string>;

TEST(RedisStreams, EverybodyReadsEverythingInOneOrderFromNowOn) {
  RedisServer server;
  RedisLoop loop;
  server.run({"XADD", "socket.io", "*", "k", "before"});
  Member one(loop, server);
  Member other(loop, server);
  ASSERT_TRUE(loop.run_until([&] { return one.connected() && other.connected(); }));

  std::optional<Result<EntryId>> id;
  one.made.streams->append({{"k", "1"}, {"l", "x"}}, [&](Result<EntryId> made) { id = made; });
  other.append("2");
  one.append("3");
  ASSERT_TRUE(loop.run_until([&] { return one.read.size() == 3 && other.read.size() == 3; }));

  EXPECT_EQ(one.read, other.read);
  ASSERT_TRUE(id && *id);
  EXPECT_NE(std::ranges::find(one.ids, **id), one.ids.end());
  EXPECT_FALSE(one.has("before"));
}

TEST(RedisStreams, KeepsAboutAsManyEntriesAsItIsTold) {
  RedisServer server;
  RedisLoop loop;
  Member one(loop, server, {.stream = "short", .max_len = 100, .read_count = 7});
  ASSERT_TRUE(loop.run_until([&] { return one.connected(); }));

  for (int i = 0; i < 1000; ++i) one.append(std::to_string(i));
  ASSERT_TRUE(loop.run_until([&] { return one.has("999"); }));

  EXPECT_LE(std::stoi(server.run({"XLEN", "short"})), 300);
}

TEST(RedisStreams, GoesOnWhereItWasWhenTheLineWasCut) {
  RedisServer server;
  RedisLoop loop;
  Member one(loop, server);
  ASSERT_TRUE(loop.run_until([&] { return one.connected(); }));
  one.append("1");
  ASSERT_TRUE(loop.run_until([&] { return one.has("1"); }));

  server.run({"CLIENT", "KILL", "TYPE", "normal"});
  server.run({"XADD", "socket.io", "*", "k", "2"});
  ASSERT_TRUE(loop.run_until([&] { return one.has("2"); }));

  EXPECT_EQ(one.read, (Values{"1", "2"}));
}

TEST(RedisStreams, GoesOnWhenRedisComesBackEmpty) {
  RedisServer server;
  RedisLoop loop;
  Member one(loop, server);
  ASSERT_TRUE(loop.run_until([&] { return one.connected(); }));
  one.append("1");
  ASSERT_TRUE(loop.run_until([&] { return one.has("1"); }));

  server.kill();
  ASSERT_TRUE(loop.run_until([&] { return !one.connected(); }));
  std::optional<Result<EntryId>> id;
  one.made.streams->append({{"k", "meanwhile"}}, [&](Result<EntryId> made) { id = made; });
  EXPECT_FALSE(id) << "answered from within the call";
  server.start();
  ASSERT_TRUE(loop.run_until([&] { return one.connected() && one.has("meanwhile"); }));
  one.append("2");
  ASSERT_TRUE(loop.run_until([&] { return one.has("2"); }));

  EXPECT_FALSE(*id);
  EXPECT_EQ(one.read, (Values{"1", "meanwhile", "2"}));
}

TEST(RedisStreams, GoesOnWhenTheStreamIsEmptiedAndBegunAnewByAnotherClock) {
  RedisServer server;
  RedisLoop loop;
  Member one(loop, server);
  ASSERT_TRUE(loop.run_until([&] { return one.connected(); }));
  one.append("1");
  ASSERT_TRUE(loop.run_until([&] { return one.has("1"); }));

  server.run({"FLUSHALL"});
  one.append("2");
  ASSERT_TRUE(loop.run_until([&] { return one.has("2"); }));
  server.run({"DEL", "socket.io"});
  server.run({"XADD", "socket.io", "5-1", "k", "long ago"});
  ASSERT_TRUE(loop.run_until([&] { return one.has("long ago"); }));

  EXPECT_EQ(one.read, (Values{"1", "2", "long ago"}));
}

TEST(RedisStreams, PassesOverWhatIsTooLarge) {
  RedisServer server;
  RedisLoop loop;
  Member one(loop, server);
  ASSERT_TRUE(loop.run_until([&] { return one.connected(); }));

  server.run({"EVAL", "redis.call('XADD', KEYS[1], '*', 'k', string.rep('x', 70000000))", "1",
              "socket.io"});
  // Whoever adds something next may be in front of where it goes on.
  ASSERT_TRUE(loop.run_until([&] {
    server.run({"XADD", "socket.io", "*", "k", "after"});
    loop.context().run_for(std::chrono::milliseconds(50));
    return one.has("after");
  }));

  EXPECT_TRUE(loop.run_until([&] { return one.connected(); }));
}

TEST(RedisStreams, IsAwayWhereTheNameIsSomethingElse) {
  RedisServer server;
  RedisLoop loop;
  server.run({"SET", "socket.io", "taken"});
  Member one(loop, server);

  EXPECT_TRUE(loop.run_until([&] { return one.made.pub_sub->problem().starts_with("WRONGTYPE"); }));

  server.run({"DEL", "socket.io"});
  EXPECT_TRUE(loop.run_until([&] { return one.connected(); }));
}

TEST(RedisStreams, HasChannelsToo) {
  RedisServer server;
  RedisLoop loop;
  Heard heard;
  Member one(loop, server);
  RedisPubSub& pub_sub = *one.made.pub_sub;
  pub_sub.subscribe(ChannelKind::classic, "c", heard.listener());
  ASSERT_TRUE(loop.wait_for_listeners(pub_sub, ChannelKind::classic, "c", 1));

  pub_sub.publish(ChannelKind::classic, "c", "x");

  EXPECT_TRUE(loop.run_until([&] { return heard.has("x"); }));
}

TEST(RedisStreams, RefusesARedisCluster) {
  RedisLoop loop;

  EXPECT_FALSE(make_redis_streams(loop.context().get_executor(),
                                  read_redis_url("redis+cluster://localhost").value(), {}));
}

TEST(EntryIds, AreReadAsRedisWritesThem) {
  const EntryId id{.ms = 1700000000000, .number = 18446744073709551615U};

  EXPECT_EQ(cluster::to_text(id), "1700000000000-18446744073709551615");
  EXPECT_EQ(cluster::parse_entry_id(cluster::to_text(id)), id);
  for (const char* text : {"", "-", "1", "1-", "-1", "1-x", "1-2-3", "a-1", "-1-2", " 1-2",
                           "1-18446744073709551616"}) {
    EXPECT_FALSE(cluster::parse_entry_id(text)) << text;
  }
  EXPECT_LT((EntryId{1, 9}), (EntryId{2, 0}));
}

}  // namespace
}  // namespace quickclinic::redis
