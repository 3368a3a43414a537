#include "socketio/node.hpp"

#include "socketio/remote_socket.hpp"
#include "tests/support/three_shards.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace quickclinic::socketio {
namespace {

using std::chrono::milliseconds;
using testing::WireClient;

using NodeFetch = ThreeShards;
using NodeSelection = ThreeShards;

TEST_F(NodeFetch, FindsTheSocketsOfAllShardsWithWhatIsKnownOfThem) {
  sockets[1]->join("room");
  sockets[1]->data() = json::Value{{"name", "Ada"}};
  struct Visitor {
    int number;
  };
  sockets[2]->data().set(Visitor{7}, [](const std::any& any) {
    return json::Value(std::any_cast<const Visitor&>(any).number);
  });
  sockets[0]->data() = Visitor{1};
  std::vector<RemoteSocket> found;

  everybody().fetch_sockets([&](Result<std::vector<RemoteSocket>> all) { found = all.value(); });
  shards.deliver_all();

  ASSERT_EQ(found.size(), 3U);
  std::ranges::sort(found, {}, [this](const RemoteSocket& each) {
    return std::ranges::find(sockets, each.id().text(),
                             [](const SocketPtr& s) { return s->id().text(); }) -
           sockets.begin();
  });
  EXPECT_EQ(json::to_text(found[0].data()), "null");
  EXPECT_EQ(json::to_text(found[1].data()), R"({"name":"Ada"})");
  EXPECT_EQ(json::to_text(found[2].data()), "7");
  EXPECT_EQ(found[1].rooms(), (Heard{sockets[1]->id().text(), "room"}));
  EXPECT_TRUE(found[1].handshake());
  EXPECT_EQ(sockets[0]->data_as<Visitor>()->number, 1);
  EXPECT_EQ(sockets[0]->data_as<int>(), nullptr);
  EXPECT_EQ(shards.left_over(), 0U);
}

TEST_F(NodeFetch, SurvivesDataThatCannotBeWritten) {
  sockets[1]->data().set(1, [](const std::any&) -> json::Value { throw 42; });
  sockets[2]->data().set(
      2, [](const std::any& any) -> json::Value { return std::any_cast<int>(any); });
  sockets[2]->data().reset();
  std::size_t found = 0;

  everybody().fetch_sockets([&](const auto& all) { found = all.value().size(); });
  shards.deliver_all();

  EXPECT_EQ(found, 3U);
}

TEST_F(NodeFetch, ReachesASocketFoundElsewhere) {
  std::optional<RemoteSocket> found;
  everybody().to(sockets[2]->id().text()).fetch_sockets([&](const auto& all) {
    found = all.value().at(0);
  });
  shards.deliver_all();
  Heard ends;
  const auto note = [&](const Result<Arguments>& answer) {
    ends.push_back(answer ? json::to_text(answer->values) : answer.error().code.message());
  };

  found->emit("hello", {json::Array{1}, {}});
  found->join({"a", "b"});
  shards.deliver_all();
  EXPECT_EQ(heard(2), Heard{"2[\"hello\",1]"});
  EXPECT_EQ(sockets[2]->rooms().size(), 3U);
  found->leave({"a"});
  found->emit_with_ack("q", {}, timeout, note);
  shards.deliver_all();
  answer(2, "\"yes\"");
  shards.deliver_all();
  found->disconnect(true);
  shards.deliver_all();
  found->emit_with_ack("q", {}, timeout, note);
  shards.deliver_all();

  EXPECT_EQ(heard(2), Heard{"1"});
  EXPECT_FALSE(clients[2]->open());
  EXPECT_EQ(ends, (Heard{"[\"yes\"]", "operation has timed out"}));
  shards.advance(timeout);
  EXPECT_EQ(shards.left_over(), 0U);
}

TEST_F(NodeFetch, KnowsTheRoomsOfAllShards) {
  sockets[0]->join("a");
  sockets[1]->join("a");
  sockets[2]->join("b");
  Heard rooms;

  shards[1].server.node().all_rooms("/", [&](Heard all) { rooms = std::move(all); });
  shards.deliver_all();

  Heard expected{"a", "b"};
  for (const SocketPtr& socket : sockets) expected.push_back(socket->id().text());
  std::ranges::sort(expected);
  EXPECT_EQ(rooms, expected);
}

TEST_F(NodeSelection, JoinsAndLeavesRoomsOnAllShards) {
  everybody().except(sockets[0]->id().text()).join({"a", "b"});
  shards.deliver_all();
  everybody().to("a").except(sockets[1]->id().text()).leave({"b", "c"});
  shards.deliver_all();

  EXPECT_EQ(sockets[0]->rooms().size(), 1U);
  EXPECT_EQ(sockets[1]->rooms(), (Heard{sockets[1]->id().text(), "a", "b"}));
  EXPECT_EQ(sockets[2]->rooms(), (Heard{sockets[2]->id().text(), "a"}));
}

TEST_F(NodeSelection, DisconnectsSocketsOrWholeClientsOnAllShards) {
  sockets[1]->join("out");
  sockets[2]->join("gone");

  everybody().to("out").disconnect();
  everybody().to("gone").disconnect(true);
  shards.deliver_all();

  EXPECT_TRUE(sockets[0]->connected());
  EXPECT_EQ(heard(1), Heard{"1"});
  EXPECT_TRUE(clients[1]->open());
  EXPECT_EQ(heard(2), Heard{"1"});
  EXPECT_FALSE(clients[2]->open());
}

TEST_F(NodeSelection, SurvivesHandlersThatDisconnectOthersOfIt) {
  WireClient second(shards[1]);
  WireClient third(shards[1]);
  second.say("0");
  third.say("0");
  int gone = 0;
  shards[1].server.of("/").on_disconnect([&](Socket& socket, std::string_view) {
    ++gone;
    socket.nsp().everybody().this_shard().disconnect();
  });

  everybody().disconnect();
  shards.deliver_all();

  EXPECT_EQ(gone, 3);
}

TEST_F(NodeSelection, OfABroadcastGoesOnlyWhereItHasMembers) {
  sockets[2]->join("room");

  everybody().to("room").emit("x", {});
  everybody().to("room").local().emit("y", {});
  everybody().to("room").this_shard().emit("z", {});

  EXPECT_EQ(shards.on_the_way(0, 1), 0U);
  EXPECT_EQ(shards.on_the_way(0, 2), 2U);
  shards.deliver_all();
  EXPECT_EQ(heard(2), (Heard{"2[\"x\"]", "2[\"y\"]"}));
}

TEST_F(NodeSelection, OfAParentReachesItsChildrenOnAllShards) {
  for (unsigned i = 0; i < 3; ++i) shards[i].server.of_matching("room", [](Namespace&) {});
  clients[1]->say("0/room-1,");
  clients[2]->say("0/room-2,");
  for (unsigned i = 0; i < 3; ++i) heard(i);
  ParentNamespace& parent = shards[0].server.parent(0);
  {
    // Out of a handler, whose arguments live no longer than its call.
    shards[0].server.of("/").on(
        "tell", [&](Socket&, const Event& event) { parent.emit("told", {event.arguments, {}}); });
    clients[0]->say("2[\"tell\",\"a string of more than fifteen bytes\"]");
    clients[0]->say("2[\"other\",\"another that lies where the first one was\"]");
  }
  shards.deliver_all();

  EXPECT_EQ(heard(1), Heard{"2/room-1,[\"told\",\"a string of more than fifteen bytes\"]"});
  EXPECT_EQ(heard(2), Heard{"2/room-2,[\"told\",\"a string of more than fifteen bytes\"]"});
}

}  // namespace
}  // namespace quickclinic::socketio
