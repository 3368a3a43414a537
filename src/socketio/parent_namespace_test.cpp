#include "socketio/parent_namespace.hpp"

#include "tests/support/wire_client.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <optional>
#include <regex>
#include <stdexcept>
#include <string>
#include <vector>

namespace quickclinic::socketio {
namespace {

using testing::ManualShard;
using testing::WireClient;
using Heard = std::vector<std::string>;
using Decide = std::function<void(bool)>;

constexpr const char* no_such_room = R"(4/room-1,{"message":"Invalid namespace"})";

Settings with_cleanup() {
  Settings settings;
  settings.cleanup_empty_child_namespaces = true;
  return settings;
}

class ParentTest : public ::testing::Test {
 protected:
  explicit ParentTest(Settings settings = {}) : shard(std::move(settings)) {}

  NamespaceSetup set_up() {
    return [this](Namespace& nsp) {
      made.push_back(nsp.name());
      nsp.on_connection([this](Socket& socket) { sockets.push_back(socket.shared_from_this()); });
      nsp.on("x", [](Socket&, Event& event) { event.ack.send({event.arguments, {}}); });
    };
  }
  // Answers when the test says so.
  NamespaceFilter think() {
    return [this](std::string_view name, const Handshake&, Decide decide) {
      asked.emplace_back(name);
      decisions.push_back(std::move(decide));
    };
  }

  ManualShard shard;
  Heard made;
  Heard asked;
  std::deque<Decide> decisions;
  std::deque<SocketPtr> sockets;
};
using ParentFilter = ParentTest;
using ParentChildren = ParentTest;
struct ParentCleanup : ParentTest {
  ParentCleanup() : ParentTest(with_cleanup()) {}
};

TEST_F(ParentFilter, MakesANamespaceForItsFirstClient) {
  const ParentNamespace& parent = shard.server.of_matching("^/room-\\d+$", set_up());
  WireClient first(shard);
  WireClient second(shard);

  first.say("0/room-1,");
  second.say("0/room-1,");
  first.heard();
  first.say("2/room-1,7[\"x\",1]");

  EXPECT_EQ(made, Heard{"/room-1"});
  EXPECT_EQ(parent.children(), Heard{"/room-1"});
  EXPECT_EQ(shard.server.find("/room-1")->parent(), &parent);
  EXPECT_EQ(shard.server.find("/room-1")->size(), 2U);
  EXPECT_EQ(first.heard(), Heard{"3/room-1,7[1]"});
}

TEST_F(ParentFilter, MatchesAnywhereInTheNameUnlessAnchored) {
  shard.server.of_matching("oo", set_up());
  WireClient client(shard);

  client.say("0/room-1,");
  client.say("0/ward,");

  EXPECT_EQ(made, Heard{"/room-1"});
  EXPECT_EQ(client.heard().at(1), R"(4/ward,{"message":"Invalid namespace"})");
  EXPECT_THROW(shard.server.of_matching("(", set_up()), std::regex_error);
}

TEST_F(ParentFilter, SeesTheNameWithoutItsQueryAndWhatTheClientSaid) {
  std::string seen;
  shard.server.of_matching(
      [&](std::string_view name, const Handshake& handshake, const Decide& decide) {
        seen = std::string(name) + json::to_text(handshake.auth);
        decide(false);
      },
      set_up());
  WireClient client(shard);

  client.say("0/room-1?a=b,{\"token\":\"t\"}");

  EXPECT_EQ(seen, R"(/room-1{"token":"t"})");
  EXPECT_EQ(client.heard(), Heard{no_such_room});
}

TEST_F(ParentFilter, IsNotAskedWhereANamespaceExists) {
  shard.server.of("/room-1");
  shard.server.of_matching(think(), set_up());
  WireClient client(shard);

  client.say("0/room-1,");

  EXPECT_EQ(asked, Heard{});
  EXPECT_EQ(shard.server.find("/room-1")->size(), 1U);
}

TEST_F(ParentFilter, OfALaterParentIsAskedWhenAnEarlierOneSaysNo) {
  shard.server.of_matching(think(), [](Namespace&) { FAIL(); });
  const ParentNamespace& second = shard.server.of_matching(think(), set_up());
  shard.server.of_matching(think(), [](Namespace&) { FAIL(); });
  WireClient client(shard);

  client.say("0/room-1,");
  decisions.at(0)(false);
  decisions.at(0)(true);
  decisions.at(1)(true);

  EXPECT_EQ(decisions.size(), 2U);
  EXPECT_EQ(second.children(), Heard{"/room-1"});
}

TEST_F(ParentFilter, ThatThrowsSaysNo) {
  shard.server.of_matching([](auto&&...) { throw std::runtime_error("filter"); }, set_up());
  shard.server.of_matching([](auto&&...) { throw 42; }, set_up());
  WireClient client(shard);

  client.say("0/room-1,");

  EXPECT_EQ(client.heard(), Heard{no_such_room});
  EXPECT_TRUE(client.open());
}

TEST_F(ParentFilter, TakesABurstOfConnectsAsOneWhileItThinks) {
  shard.server.of_matching(think(), set_up());
  WireClient client(shard);

  for (int i = 0; i < 5; ++i) client.say("0/room-1,");
  ASSERT_EQ(asked, Heard{"/room-1"});
  decisions[0](true);
  decisions[0](true);

  EXPECT_EQ(sockets.size(), 1U);
  EXPECT_EQ(client.heard().size(), 1U);
}

TEST_F(ParentFilter, MakesOneNamespaceForClientsWhoAskAtTheSameTime) {
  shard.server.of_matching(think(), set_up());
  WireClient first(shard);
  WireClient second(shard);

  first.say("0/room-1,");
  second.say("0/room-1,");
  decisions.at(0)(true);
  decisions.at(1)(true);

  EXPECT_EQ(made, Heard{"/room-1"});
  EXPECT_EQ(shard.server.find("/room-1")->size(), 2U);
}

TEST_F(ParentFilter, IsForgottenWhenTheClientGoesMeanwhile) {
  shard.server.of_matching(think(), set_up());
  std::optional<WireClient> client(std::in_place, shard);

  client->say("0/room-1,");
  client->vanish();
  client.reset();
  decisions.at(0)(true);

  EXPECT_EQ(sockets.size(), 0U);
}

TEST_F(ParentFilter, CountsIntoTheNamespacesOfAClient) {
  Settings settings;
  settings.limits.namespaces_max = 3;
  ManualShard small(settings);
  small.server.of("/");
  small.server.of_matching(think(), set_up());
  WireClient client(small);
  client.say("0");

  client.say("0/a,");
  client.say("0/b,");
  EXPECT_TRUE(client.open());
  client.say("0/c,");

  EXPECT_FALSE(client.open());
  EXPECT_EQ(asked, (Heard{"/a", "/b"}));
}

TEST_F(ParentFilter, ThatNeverDecidesDoesNotKeepAClientWithoutANamespace) {
  shard.server.of_matching(think(), set_up());
  WireClient client(shard);
  client.say("0/room-1,");

  shard.advance(shard.server.settings().connect_timeout);
  client.settle();

  EXPECT_FALSE(client.open());
}

TEST_F(ParentChildren, AreNotMadeWhenTheirSetUpThrows) {
  const ParentNamespace& parent = shard.server.of_matching("room", [](Namespace& nsp) {
    nsp.on("x", [](Socket&, const Event&) {});
    throw 42;
  });
  WireClient client(shard);

  client.say("0/room-1,");

  EXPECT_EQ(client.heard(), Heard{no_such_room});
  EXPECT_EQ(parent.children(), Heard{});
  EXPECT_EQ(shard.server.find("/room-1"), nullptr);
}

TEST_F(ParentChildren, AreFoundByNameInTheirOwnSetUp) {
  shard.server.of_matching(
      "room", [this](const Namespace& nsp) { EXPECT_EQ(&shard.server.of(nsp.name()), &nsp); });
  WireClient client(shard);

  client.say("0/room-1,");

  EXPECT_EQ(shard.server.find("/room-1")->size(), 1U);
}

TEST_F(ParentChildren, AreAllReachedByTheirParent) {
  ParentNamespace& parent = shard.server.of_matching("room", set_up());
  shard.server.of("/ward");
  WireClient client(shard);
  for (const char* packet : {"0/room-1,", "0/room-2,", "0/ward,"}) client.say(packet);
  client.heard();

  parent.emit("all", {json::Array{1}, {}});

  EXPECT_EQ(client.heard(), (Heard{"2/room-1,[\"all\",1]", "2/room-2,[\"all\",1]"}));
}

TEST_F(ParentChildren, StayWithoutClientsUnlessToldOtherwise) {
  const ParentNamespace& parent = shard.server.of_matching("room", set_up());
  WireClient client(shard);

  client.say("0/room-1,");
  client.say("1/room-1,");

  EXPECT_EQ(parent.children(), Heard{"/room-1"});
}

TEST_F(ParentChildren, AreBoundedInNumber) {
  Settings settings;
  settings.child_namespaces_max = 2;
  ManualShard small(settings);
  const ParentNamespace& parent = small.server.of_matching("room", set_up());
  WireClient client(small);

  for (const char* packet : {"0/room-2,", "0/room-3,", "0/room-1,"}) client.say(packet);

  EXPECT_EQ(parent.children(), (Heard{"/room-2", "/room-3"}));
  EXPECT_EQ(client.heard().at(2), no_such_room);
  small.server.remove(*small.server.find("/room-2"));
  client.say("0/room-1,");
  EXPECT_EQ(parent.children(), (Heard{"/room-3", "/room-1"}));
}

TEST_F(ParentCleanup, TakesAChildAwayWithItsLastSocket) {
  const ParentNamespace& parent = shard.server.of_matching("room", set_up());
  WireClient first(shard);
  WireClient second(shard);
  first.say("0/room-1,");
  second.say("0/room-1,");

  first.say("1/room-1,");
  EXPECT_EQ(parent.children(), Heard{"/room-1"});
  second.vanish();

  EXPECT_EQ(parent.children(), Heard{});
  EXPECT_EQ(shard.server.namespace_names(), Heard{});
  first.say("0/room-1,");
  EXPECT_EQ(made, (Heard{"/room-1", "/room-1"}));
}

TEST_F(ParentCleanup, WaitsForASocketThatIsStillBeingDecidedUpon) {
  std::deque<Namespace::Decision> joins;
  const ParentNamespace& parent = shard.server.of_matching("room", [&](Namespace& nsp) {
    nsp.use(
        [&](const SocketPtr&, Namespace::Decision decide) { joins.push_back(std::move(decide)); });
  });
  WireClient first(shard);
  WireClient second(shard);
  WireClient third(shard);
  for (WireClient* client : {&first, &second, &third}) client->say("0/room-1,");
  joins.at(0)(std::nullopt);

  first.say("1/room-1,");
  EXPECT_EQ(parent.children(), Heard{"/room-1"});
  second.vanish();
  EXPECT_EQ(parent.children(), Heard{"/room-1"});
  joins.at(1)(std::nullopt);
  joins.at(2)(ConnectRefusal{"no", {}});

  EXPECT_EQ(parent.children(), Heard{});
}

TEST_F(ParentCleanup, TakesAChildAwayThatNobodyCameTo) {
  const ParentNamespace& parent = shard.server.of_matching(think(), set_up());
  {
    WireClient client(shard);
    client.say("0/room-1,");
  }

  decisions.at(0)(true);

  EXPECT_EQ(made, Heard{"/room-1"});
  EXPECT_EQ(parent.children(), Heard{});
  EXPECT_EQ(shard.server.find("/room-1"), nullptr);
}

TEST_F(ParentCleanup, TakesAChildAwayWhoseFirstClientIsRefused) {
  const ParentNamespace& parent = shard.server.of_matching("room", [](Namespace& nsp) {
    nsp.use([](const SocketPtr&, const Namespace::Decision& decide) {
      decide(ConnectRefusal{"no", {}});
    });
  });
  WireClient client(shard);

  client.say("0/room-1,");

  EXPECT_EQ(parent.children(), Heard{});
  EXPECT_EQ(client.heard(), Heard{R"(4/room-1,{"message":"no"})"});
}

TEST_F(ParentCleanup, LeavesNamespacesWithoutAParentAlone) {
  shard.server.of("/ward");
  WireClient client(shard);
  client.say("0/ward,");

  client.vanish();

  EXPECT_EQ(shard.server.namespace_names(), Heard{"/ward"});
}

}  // namespace
}  // namespace quickclinic::socketio
