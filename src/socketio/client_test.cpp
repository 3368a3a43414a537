#include "socketio/client.hpp"

#include "socketio/error.hpp"
#include "tests/support/wire_client.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <stdexcept>

namespace quickclinic::socketio {
namespace {

using std::chrono::milliseconds;
using testing::ManualShard;
using testing::WireClient;
using Heard = std::vector<std::string>;

class ClientTest : public ::testing::Test {
 protected:
  ClientTest() {
    Namespace& root = shard.server.of("/");
    root.on_connection([this](Socket& socket) { sockets.push_back(&socket); });
    root.on_disconnect([this](Socket&, std::string_view reason) { reasons.emplace_back(reason); });
    root.on("echo", [](Socket& socket, Event& event) {
      socket.emit("echo", Arguments{event.arguments, event.attachments});
    });
    root.on("ask", [](Socket&, Event& event) {
      event.ack.send(Arguments{event.arguments, event.attachments});
    });
  }

  ManualShard shard;
  std::vector<Socket*> sockets;
  std::vector<std::string> reasons;
};

using ClientConnect = ClientTest;
using ClientEvents = ClientTest;
using ClientDisconnect = ClientTest;
using ClientMiddleware = ClientTest;
using ClientBroadcast = ClientTest;

TEST_F(ClientConnect, JoinsANamespaceAndIsToldItsId) {
  WireClient client(shard);

  client.say("0");

  EXPECT_EQ(client.heard(), Heard{"0{\"sid\":\"" + sockets.at(0)->id().text() + "\"}"});
  EXPECT_EQ(sockets[0]->id().text().size(), 20U);
}

TEST_F(ClientConnect, RefusesANamespaceThatDoesNotExist) {
  WireClient client(shard);

  client.say("0/random,{}");

  EXPECT_EQ(client.heard(), Heard{"4/random,{\"message\":\"Invalid namespace\"}"});
  EXPECT_TRUE(client.open());
}

TEST_F(ClientConnect, ClosesAClientThatJoinsNothingInTime) {
  WireClient silent(shard);
  WireClient joined(shard);
  joined.say("0");

  shard.advance(milliseconds(44999));
  EXPECT_TRUE(silent.open());
  shard.advance(milliseconds(1));

  EXPECT_FALSE(silent.open());
  EXPECT_TRUE(joined.open());
}

TEST_F(ClientConnect, ClosesOnASecondConnect) {
  WireClient client(shard);
  client.say("0");

  client.say("0");

  EXPECT_FALSE(client.open());
  EXPECT_EQ(sockets.size(), 1U);
}

TEST_F(ClientConnect, ClosesOnAnEventBeforeIt) {
  WireClient client(shard);

  client.say("2[\"echo\"]");

  EXPECT_FALSE(client.open());
  EXPECT_TRUE(sockets.empty());
}

TEST_F(ClientConnect, BoundsTheNamespacesOfOneClient) {
  socketio::Settings settings;
  settings.limits.namespaces_max = 2;
  ManualShard small(settings);
  for (const char* name : {"/a", "/b", "/c"}) small.server.of(name);
  WireClient client(small);

  client.say("0/a,");
  client.say("0/b,");
  EXPECT_TRUE(client.open());
  client.say("0/c,");

  EXPECT_FALSE(client.open());
}

TEST_F(ClientEvents, ReachTheirHandlerAndComeBack) {
  WireClient client(shard);
  client.say("0");
  client.heard();

  client.say(R"(2["echo",1,{"a":"é"}])");
  client.say(R"(27["ask","x"])");

  EXPECT_EQ(client.heard(), (Heard{R"(2["echo",1,{"a":"é"}])", R"(37["x"])"}));
}

TEST_F(ClientEvents, CarryAttachmentsBothWays) {
  WireClient client(shard);
  client.say("0");
  client.heard();

  client.say(R"(51-["echo",{"_placeholder":true,"num":0}])");
  client.say_binary("\x01\x02");

  EXPECT_EQ(client.heard(), (Heard{R"(51-["echo",{"_placeholder":true,"num":0}])", "<\x01\x02>"}));
}

TEST_F(ClientEvents, AreDataWhateverTheirName) {
  WireClient client(shard);
  client.say("0");

  client.say("2[\"error\",\"x\"]");
  client.say("2[\"__proto__\",\"x\"]");

  EXPECT_TRUE(client.open());
}

TEST_F(ClientEvents, CloseTheConnectionWhenMalformed) {
  for (const char* packet : {"2{}", "2abc[\"x\"]", "9", "2[{\"toString\":\"x\"}]"}) {
    WireClient client(shard);
    client.say("0");
    client.say(packet);
    EXPECT_FALSE(client.open()) << packet;
    EXPECT_EQ(reasons.back(), "parse error");
  }
}

TEST_F(ClientEvents, SurviveAHandlerThatThrows) {
  shard.server.of("/").on("bad", [](Socket&, Event&) { throw std::runtime_error("handler"); });
  WireClient client(shard);
  client.say("0");
  client.heard();

  client.say("2[\"bad\"]");
  client.say("2[\"echo\",1]");

  EXPECT_EQ(client.heard(), Heard{"2[\"echo\",1]"});
}

TEST_F(ClientConnect, IsRefusedOrUndoneByAHandlerThatThrows) {
  const auto bad = [](auto&&...) { throw std::runtime_error("handler"); };
  shard.server.of("/middleware").use(bad);
  shard.server.of("/connection").on_connection(bad);
  WireClient client(shard);

  client.say("0/middleware,");
  client.say("0/connection,");

  const Heard heard = client.heard();
  ASSERT_EQ(heard.size(), 3U);
  EXPECT_EQ(heard[0], R"(4/middleware,{"message":"Internal error"})");
  EXPECT_EQ(heard[2], "1/connection,");
  EXPECT_EQ(shard.server.of("/connection").size(), 0U);
}

TEST_F(ClientEvents, AskTheClientAndGetItsAnswer) {
  WireClient client(shard);
  client.say("0");
  client.heard();
  std::string answer;
  sockets[0]->emit_with_ack("question", {}, milliseconds(100), [&](Result<Arguments> result) {
    answer = result ? json::to_text(result->values) : result.error().code.message();
  });

  EXPECT_EQ(client.heard(), Heard{R"(20["question"])"});
  client.say("30[42]");
  client.say("30[43]");

  EXPECT_EQ(answer, "[42]");
}

TEST_F(ClientEvents, FailAQuestionThatIsNotAnsweredInTime) {
  WireClient client(shard);
  client.say("0");
  int answers = 0;
  sockets[0]->emit_with_ack("question", {}, milliseconds(100),
                            [&](const Result<Arguments>& result) {
                              ++answers;
                              EXPECT_FALSE(result);
                            });

  shard.advance(milliseconds(100));
  client.say("30[42]");

  EXPECT_EQ(answers, 1);
}

TEST_F(ClientEvents, FailEveryQuestionOfAClientThatGoes) {
  WireClient client(shard);
  client.say("0");
  int failed = 0;
  for (int i = 0; i < 3; ++i) {
    sockets[0]->emit_with_ack("q", {}, milliseconds(100), [&](const Result<Arguments>& result) {
      if (!result && result.error().code == make_error_code(SocketError::disconnected)) ++failed;
    });
  }

  client.vanish();

  EXPECT_EQ(failed, 3);
}

TEST_F(ClientDisconnect, GivesTheReasonOfTheProtocol) {
  WireClient asked(shard);
  WireClient lost(shard);
  WireClient thrown(shard);
  for (WireClient* client : {&asked, &lost, &thrown}) client->say("0");
  thrown.heard();

  asked.say("1");
  lost.vanish();
  sockets[2]->disconnect();

  EXPECT_EQ(reasons, (Heard{"client namespace disconnect", "transport close",
                            "server namespace disconnect"}));
  EXPECT_EQ(thrown.heard(), Heard{"1"});
  EXPECT_TRUE(asked.open());
}

TEST_F(ClientDisconnect, StillKnowsItsRoomsInTheHandler) {
  Heard rooms;
  shard.server.of("/").on_disconnect(
      [&](Socket& socket, std::string_view) { rooms = socket.rooms(); });
  WireClient client(shard);
  client.say("0");
  sockets[0]->join("a");

  client.vanish();

  ASSERT_EQ(rooms.size(), 2U);
  EXPECT_EQ(rooms[1], "a");
}

TEST_F(ClientDisconnect, MayHappenInsideAHandler) {
  shard.server.of("/").on("out", [](Socket& socket, Event& event) {
    socket.disconnect(true);
    event.ack.send_text("[1]");
    socket.emit_text("late", "");
  });
  WireClient client(shard);
  client.say("0");
  client.heard();

  client.say("21[\"out\"]");

  EXPECT_FALSE(client.open());
  EXPECT_EQ(client.heard(), Heard{"1"});
  EXPECT_EQ(reasons, Heard{"server namespace disconnect"});
}

TEST_F(ClientMiddleware, RefusesWithItsMessageAndData) {
  Namespace& nsp = shard.server.of("/closed");
  nsp.use([](const SocketPtr&, const Namespace::Decision& decide) {
    decide(ConnectRefusal{"Unauthorized", json::parse(R"({"code":"unauthorized"})").value()});
  });
  WireClient client(shard);

  client.say("0/closed,{\"token\":\"x\"}");

  EXPECT_EQ(client.heard(),
            Heard{R"(4/closed,{"message":"Unauthorized","data":{"code":"unauthorized"}})"});
  EXPECT_EQ(nsp.size(), 0U);
}

TEST_F(ClientMiddleware, MakesABurstOfConnectsOneJoin) {
  std::deque<Namespace::Decision> decisions;
  Namespace& nsp = shard.server.of("/slow");
  nsp.use([&](const SocketPtr&, Namespace::Decision decide) {
    decisions.push_back(std::move(decide));
  });
  WireClient client(shard);

  for (int i = 0; i < 5; ++i) client.say("0/slow,");
  ASSERT_EQ(decisions.size(), 1U);
  decisions[0](std::nullopt);
  decisions[0](std::nullopt);

  EXPECT_EQ(nsp.size(), 1U);
  EXPECT_EQ(client.heard().size(), 1U);
}

TEST_F(ClientMiddleware, IsForgottenWhenTheClientGoesMeanwhile) {
  std::deque<Namespace::Decision> decisions;
  Namespace& nsp = shard.server.of("/slow");
  nsp.use([&](const SocketPtr&, Namespace::Decision decide) {
    decisions.push_back(std::move(decide));
  });
  {
    WireClient client(shard);
    client.say("0/slow,");
    client.vanish();
  }

  decisions[0](std::nullopt);

  EXPECT_EQ(nsp.size(), 0U);
}

TEST_F(ClientBroadcast, ReachesRoomsOnceAndLeavesOutTheExcepted) {
  WireClient clients[] = {WireClient(shard), WireClient(shard), WireClient(shard)};
  for (WireClient& client : clients) client.say("0");
  for (WireClient& client : clients) client.heard();
  sockets[0]->join("a");
  sockets[0]->join("b");
  sockets[1]->join("b");

  shard.server.of("/").to("a").to("b").except(sockets[1]->id().text()).emit_text("x", "1,2");
  sockets[0]->to("b").emit_text("y", "");
  shard.server.of("/").to(sockets[2]->id().text()).emit_text("z", "");

  EXPECT_EQ(clients[0].heard(), Heard{"2[\"x\",1,2]"});
  EXPECT_EQ(clients[1].heard(), Heard{"2[\"y\"]"});
  EXPECT_EQ(clients[2].heard(), Heard{"2[\"z\"]"});
}

TEST_F(ClientBroadcast, ReachesEverybodyButTheSender) {
  WireClient clients[] = {WireClient(shard), WireClient(shard)};
  for (WireClient& client : clients) client.say("0");
  for (WireClient& client : clients) client.heard();

  sockets[0]->broadcast().emit("hi", {});

  EXPECT_EQ(clients[0].heard(), Heard{});
  EXPECT_EQ(clients[1].heard(), Heard{"2[\"hi\"]"});
}

}  // namespace
}  // namespace quickclinic::socketio
