#include "socketio/counters.hpp"

#include "tests/support/wire_client.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <string>

namespace quickclinic::socketio {
namespace {

using testing::ManualShard;
using testing::WireClient;
using Numbers = std::map<std::string, std::uint64_t>;

Numbers numbers(const Counters::ByName& counted) {
  return {counted.numbers().begin(), counted.numbers().end()};
}

class CountersOfAServer : public ::testing::Test {
 protected:
  ManualShard shard;
};

TEST_F(CountersOfAServer, KnowEventsByTheirListenersAndNotByWhatClientsMakeUp) {
  shard.server.of("/").on("hello", [](Socket&, const Event&) {});
  WireClient client(shard);
  client.say("0");

  client.say("2[\"hello\"]");
  client.say("2[\"hello\"]");
  client.say("2[\"made up\"]");

  EXPECT_EQ(numbers(shard.server.counters().received), (Numbers{{"hello", 2}}));
  EXPECT_EQ(shard.server.counters().unhandled, 1U);
}

TEST_F(CountersOfAServer, CountAnEventOnceWhoeverListensAndKeepTheNumberWhenNobodyDoes) {
  shard.server.of("/").on("hello", [](Socket&, const Event&) {});
  shard.server.of("/").on_connection([](Socket& socket) {
    socket.on("hello", [&socket](Socket&, const Event&) { socket.off("hello"); });
    socket.once("bye", [](Socket&, const Event&) {});
  });
  WireClient client(shard);
  client.say("0");

  for (int i = 0; i < 2; ++i) {
    client.say("2[\"hello\"]");
    client.say("2[\"bye\"]");
  }

  EXPECT_EQ(numbers(shard.server.counters().received), (Numbers{{"bye", 1}, {"hello", 2}}));
  EXPECT_EQ(shard.server.counters().unhandled, 1U);
}

TEST_F(CountersOfAServer, CountABroadcastOnceAndEveryDelivery) {
  Namespace& root = shard.server.of("/");
  WireClient first(shard);
  WireClient second(shard);
  first.say("0");
  second.say("0");

  root.everybody().emit_text("news", "1");
  root.for_each([](Socket& socket) { socket.emit_text("welcome", "1"); });

  EXPECT_EQ(shard.server.counters().sent, 3U);
  EXPECT_EQ(shard.server.counters().deliveries, 4U);
}

TEST(CountersByName, AreBounded) {
  Counters::ByName counted;

  for (int i = 0; i < 1000; ++i) ++counted.number_of("name " + std::to_string(i));

  EXPECT_LE(counted.numbers().size(), Counters::ByName::names_max + 1);
  EXPECT_EQ(counted.numbers().at(""), 1000 - Counters::ByName::names_max);
}

}  // namespace
}  // namespace quickclinic::socketio
