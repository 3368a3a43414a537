#include "cluster/pub_sub_adapter.hpp"

#include "cluster/classic_dialect.hpp"
#include "cluster/sharded_dialect.hpp"
#include "cluster/test_adapter.hpp"
#include "socketio/remote_socket.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace quickclinic::cluster {
namespace {

using quickclinic::testing::WireClient;
using std::chrono::milliseconds;
using testing::AdapterTest;
using testing::Heard;

struct ClassicAdapter : AdapterTest {
  explicit ClassicAdapter(socketio::Settings settings = {})
      : AdapterTest(std::make_unique<ClassicDialect>(ClassicOptions{}, "me"), std::move(settings)) {
  }
  void request(std::string_view message) { redis.hear("socket.io-request#/#", message); }
  void answer(std::string_view message) { redis.hear("socket.io-response#/#", message); }
  void broadcast(std::string_view channel, std::string_view bytes) {
    redis.listeners.at("socket.io#/#*")(channel, bytes);
  }
};
struct ShardedAdapter : AdapterTest {
  ShardedAdapter() : AdapterTest(std::make_unique<ShardedDialect>(ShardedOptions{}, "me")) {}
};

// ["u", {type: 2, data: ["x"]}]
const std::string event_x =
    "\x92\xA1u\x82\xA4type\x02\xA4"
    "data\x91\xA1x";

TEST_F(ClassicAdapter, ListensForEachNamespaceThatExistsOrHasRooms) {
  EXPECT_EQ(redis.channels(), (Heard{"socket.io#/#*", "socket.io-request#/#",
                                     "socket.io-response#/#", "socket.io-response#/#me#"}));

  shard.server.of("/a");
  EXPECT_EQ(redis.listeners.size(), 8U);
  {
    WireClient client(shard);
    client.say("0/a,");
    shard.server.remove(shard.server.of("/a"));
  }

  EXPECT_EQ(redis.listeners.size(), 4U);
}

TEST_F(ClassicAdapter, DeliversBroadcastsOfOthersAndNotItsOwn) {
  WireClient client(shard);
  client.say("0");
  client.heard();

  broadcast("socket.io#/#", event_x);
  broadcast("socket.io#/#", "\x92\xA2me" + event_x.substr(3));

  EXPECT_EQ(client.heard(), Heard{"2[\"x\"]"});
  EXPECT_EQ(published(), Heard{});
}

TEST_F(ClassicAdapter, DoesNotReadWhatIsForNobodyHere) {
  WireClient client(shard);
  client.say("0");

  broadcast("socket.io#/#room#", "garbage");
  EXPECT_EQ(counters->received, 0U);
  sockets[0]->join("room");
  broadcast("socket.io#/#room#", "garbage");

  EXPECT_EQ(counters->malformed, 1U);
}

TEST_F(ClassicAdapter, SurvivesWhateverIsPublished) {
  WireClient client(shard);
  client.say("0");
  client.heard();

  for (const auto& [channel, listener] : redis.listeners) {
    for (const std::string_view bytes :
         {"", "{", "{}", "null", "\xFF\xFE", "\xDD\xFF\xFF\xFF\xFF"}) {
      listener("socket.io#/#", bytes);
    }
  }
  broadcast("socket.io#/#", std::string(100'000, '\x91'));
  request(std::string(100'000, '{'));
  broadcast("socket.io#/#", event_x);

  EXPECT_EQ(client.heard(), Heard{"2[\"x\"]"});
  EXPECT_GT(counters->malformed, 10U);
  EXPECT_EQ(published(), Heard{});
}

TEST_F(ClassicAdapter, PublishesEventsOnceForAllOthers) {
  root().to("r").emit("x", {json::Array{7}, {}});

  EXPECT_EQ(only(),
            "socket.io#/#r# \x93\xA2me\x83\xA4type\x02\xA4"
            "data\x92\xA1x\x07\xA3nsp\xA1/\x83\xA5rooms\x91"
            "\xA1r\xA6"
            "except\x90\xA5"
            "flags\x80");
}

TEST_F(ClassicAdapter, PutsQuestionsOfOthersToItsClients) {
  WireClient client(shard);
  client.say("0");
  client.heard();

  // {uid: "u", requestId: "q", type: 7, packet: {type: 2, data: ["x"]}, opts: {}}
  request(
      "\x85\xA3uid\xA1u\xA9requestId\xA1q\xA4type\x07\xA6packet\x82\xA4type\x02\xA4"
      "data\x91\xA1x\xA4opts\x80");

  EXPECT_EQ(only(), R"(socket.io-response#/# {"type":8,"requestId":"q","clientCount":1})");
  EXPECT_EQ(client.heard(), Heard{"20[\"x\"]"});
  client.say("30[true]");
  EXPECT_EQ(only(), "socket.io-response#/# \x83\xA4type\x09\xA9requestId\xA1q\xA6packet\xC3");
}

TEST_F(ClassicAdapter, GathersAnswersOfOtherNodesClients) {
  std::optional<socketio::Answers> end;
  root().everybody().emit_with_ack("x", {}, milliseconds(50), [&](auto all) { end = all; });
  const std::string question = only();
  const std::string id = question.substr(question.find("requestId\xA6") + 10, 6);

  answer(R"({"type":8,"requestId":")" + id + R"(","clientCount":1})");
  EXPECT_FALSE(end);
  answer("\x83\xA4type\x09\xA9requestId\xA6" + id + "\xA6packet\x05");

  ASSERT_TRUE(end);
  EXPECT_TRUE(end->complete);
  EXPECT_EQ(json::to_text(end->answers.at(0).values), "[5]");
}

TEST_F(ClassicAdapter, EndsAQuestionInTimeWhenItCannotKnowTheOthers) {
  redis.nodes.reset();
  std::optional<socketio::Answers> end;

  root().everybody().emit_with_ack("x", {}, milliseconds(50), [&](auto all) { end = all; });
  EXPECT_FALSE(end);
  shard.advance(milliseconds(50));

  EXPECT_FALSE(end->complete);
  EXPECT_EQ(shard.server.callbacks().size(), 0U);
}

TEST_F(ClassicAdapter, FailsRequestsInTime) {
  Heard ends;
  const auto note = [&](const auto& all) {
    ends.push_back(all ? "found" : all.error().code.message());
  };

  root().everybody().fetch_sockets(note);
  EXPECT_EQ(ends, Heard{});
  shard.advance(milliseconds(100));
  redis.nodes.reset();
  root().everybody().fetch_sockets(note);
  root().server_side_emit("x", {}, note);
  redis.nodes = 1;  // alone
  root().everybody().fetch_sockets(note);

  EXPECT_EQ(ends,
            (Heard{"another node did not answer in time", "unavailable", "unavailable", "found"}));
  EXPECT_EQ(counters->unanswered, 1U);
}

TEST_F(ClassicAdapter, FindsSocketsForOthers) {
  WireClient client(shard);
  client.say("0");
  const std::string id = sockets[0]->id().text();
  published();

  request(R"({"uid":"u","requestId":"q","type":5,"opts":{"rooms":["nobody"]}})");
  EXPECT_EQ(only(), R"(socket.io-response#/# {"requestId":"q","sockets":[]})");
  request(R"({"uid":"u","requestId":"q","type":0,"rooms":[]})");
  EXPECT_EQ(only(), R"(socket.io-response#/# {"requestId":"q","sockets":[")" + id + R"("]})");
  request(R"({"uid":"u","requestId":"q","type":1})");
  EXPECT_EQ(only(), R"(socket.io-response#/# {"requestId":"q","rooms":[")" + id + R"("]})");
  request(R"({"uid":"u","type":5,"opts":{}})");
  EXPECT_EQ(published(), Heard{});
}

TEST_F(ClassicAdapter, MovesSocketsForOthersAndEmitters) {
  WireClient client(shard);
  client.say("0");

  request(R"({"uid":"u","type":2,"opts":{"rooms":[],"except":[]},"rooms":["a","b"]})");
  EXPECT_TRUE(is_in("a"));
  request(R"({"type":3,"opts":{"rooms":["a"],"except":[]},"rooms":["b"]})");
  EXPECT_FALSE(is_in("b"));
  request(R"({"uid":"me","type":4,"opts":{"rooms":[],"except":[]},"close":true})");
  EXPECT_TRUE(sockets[0]->connected());
  request(R"({"uid":"u","type":4,"opts":{"rooms":[],"except":[]},"close":true})");

  EXPECT_FALSE(sockets[0]->connected());
}

TEST_F(ClassicAdapter, AnswersForOneSocketAsServersOfLongAgoWantIt) {
  WireClient client(shard);
  client.say("0");
  const std::string id = sockets[0]->id().text();
  published();

  request(R"({"uid":"u","requestId":"q","type":2,"sid":"nobody","room":"a"})");
  EXPECT_EQ(published(), Heard{});
  request(R"({"uid":"u","requestId":"q","type":2,"sid":")" + id + R"(","room":"a"})");

  EXPECT_EQ(only(), R"(socket.io-response#/# {"requestId":"q"})");
  EXPECT_TRUE(is_in("a"));
}

TEST_F(ClassicAdapter, RaisesEventsOfOtherServersAndAnswersOnce) {
  std::function<void(socketio::Arguments)> kept;
  std::string heard;
  root().on_server_event("ask", [&](const socketio::Arguments& arguments, auto reply) {
    heard += json::to_text(arguments.values);
    kept = std::move(reply);
  });

  request(R"({"uid":"u","type":6,"data":["ask",1]})");
  EXPECT_FALSE(kept);
  request(R"({"uid":"u","requestId":"q","type":6,"data":["ask",2]})");
  EXPECT_EQ(heard, "[1][2]");
  kept({json::Array{"yes"}, {}});
  kept({json::Array{"again"}, {}});
  EXPECT_EQ(only(), R"(socket.io-response#/# {"type":6,"requestId":"q","data":"yes"})");

  request(R"({"uid":"u","requestId":"q","type":6,"data":["ask",3]})");
  shard.server.cluster().set_adapter(nullptr);
  kept({json::Array{"late"}, {}});
  EXPECT_EQ(published(), Heard{});
}

TEST_F(ClassicAdapter, TellsWhetherItIsConnected) {
  EXPECT_FALSE(counters->connected);
  redis.told(true);
  EXPECT_TRUE(counters->connected);
}

socketio::Settings without_room_for_requests() {
  socketio::Settings settings;
  settings.open_callbacks_max = 0;
  return settings;
}

struct FullAdapter : ClassicAdapter {
  FullAdapter() : ClassicAdapter(without_room_for_requests()) {}
};

TEST_F(FullAdapter, RefusesRequestsButNotBroadcasts) {
  WireClient client(shard);
  client.say("0");
  client.heard();
  published();

  request(R"({"uid":"u","requestId":"q","type":5,"opts":{}})");
  request(R"({"uid":"u","requestId":"q","type":6,"data":["ask",3]})");
  broadcast("socket.io#/#", event_x);

  EXPECT_EQ(counters->refused, 2U);
  EXPECT_EQ(published(), Heard{});
  EXPECT_EQ(client.heard(), Heard{"2[\"x\"]"});
}

socketio::Settings with_recovery() {
  socketio::Settings settings;
  settings.recovery.disconnection_max = milliseconds(10'000);
  return settings;
}

struct RecoveringAdapter : ClassicAdapter {
  RecoveringAdapter() : ClassicAdapter(with_recovery()) {}
};

TEST_F(RecoveringAdapter, GivesEventsOfOthersAnOffsetOfItsOwnAndSendsNone) {
  WireClient client(shard);
  client.say("0");
  client.heard();

  root().everybody().emit("x", {});
  broadcast("socket.io#/#", event_x);

  EXPECT_EQ(only(),
            "socket.io#/# \x93\xA2me\x83\xA4type\x02\xA4"
            "data\x91\xA1x\xA3nsp\xA1/\x83\xA5rooms\x90\xA6"
            "except\x90\xA5"
            "flags\x80");
  const Heard heard = client.heard();
  ASSERT_EQ(heard.size(), 2U);
  EXPECT_TRUE(heard[1].starts_with(R"(2["x",")")) << heard[1];
  EXPECT_NE(heard[0], heard[1]);
}

TEST_F(ShardedAdapter, ListensToRoomsWhileSomebodyIsInThem) {
  EXPECT_EQ(redis.channels(), (Heard{"socket.io#/#", "socket.io#/#me#"}));
  WireClient client(shard);
  client.say("0");
  EXPECT_EQ(redis.listeners.size(), 2U);

  sockets[0]->join("r");
  EXPECT_EQ(redis.channels(), (Heard{"socket.io#/#", "socket.io#/#me#", "socket.io#/#r#"}));
  client.heard();
  redis.hear("socket.io#/#r#", R"({"type":3,"data":{"packet":{"type":2,"data":["x"]},)"
                               R"("opts":{"rooms":["r"]}},"uid":"u","nsp":"/"})");
  EXPECT_EQ(client.heard(), Heard{"2[\"x\"]"});
  sockets[0]->leave("r");

  EXPECT_EQ(redis.listeners.size(), 2U);
}

TEST_F(ShardedAdapter, AnswersTheAskerAlone) {
  redis.hear("socket.io#/#",
             R"({"type":3,"data":{"requestId":"q","packet":{"type":2,"data":["x"]},)"
             R"("opts":{}},"uid":"u","nsp":"/"})");

  EXPECT_EQ(only(), R"(socket.io#/#u# {"type":11,"data":{"requestId":"q","clientCount":0},)"
                    R"("uid":"me","nsp":"/"})");
}

}  // namespace
}  // namespace quickclinic::cluster
