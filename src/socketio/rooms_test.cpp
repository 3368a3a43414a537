#include "socketio/rooms.hpp"

#include "socketio/namespace.hpp"
#include "tests/support/wire_client.hpp"

#include <gtest/gtest.h>

#include <set>

namespace quickclinic::socketio {
namespace {

using testing::ManualShard;
using testing::WireClient;

// Notes the rooms that a shard says it has members of.
struct NotedLink final : ShardLink {
  unsigned shard() const noexcept override { return 0; }
  unsigned shards() const noexcept override { return 2; }
  void run_on(unsigned, std::move_only_function<void(Server&)>) override {}
  void room_occupied(std::uint64_t hash, bool occupied) override {
    if (occupied) {
      rooms.insert(hash);
    } else {
      rooms.erase(rooms.find(hash));
    }
  }
  void publish(std::shared_ptr<const Broadcast> broadcast) override {
    published.push_back(std::move(broadcast));
  }

  std::multiset<std::uint64_t> rooms;
  std::vector<std::shared_ptr<const Broadcast>> published;
};

TEST(RoomsMembership, KeepsEveryPlaceRightWhileMembersComeAndGo) {
  ManualShard shard;
  Namespace& nsp = shard.server.of("/");
  std::vector<Socket*> sockets;
  nsp.on_connection([&](Socket& socket) { sockets.push_back(&socket); });
  WireClient clients[] = {WireClient(shard), WireClient(shard), WireClient(shard)};
  for (WireClient& client : clients) client.say("0");
  for (Socket* socket : sockets) {
    socket->join("a");
    socket->join("b");
    socket->join("a");
  }

  sockets[0]->leave("a");
  sockets[2]->leave("b");
  nsp.to("a").emit_text("x", "");
  nsp.to("b").emit_text("y", "");

  const auto last = [](WireClient& client) { return client.heard().back(); };
  EXPECT_EQ(last(clients[0]), "2[\"y\"]");
  EXPECT_EQ(last(clients[1]), "2[\"y\"]");
  EXPECT_EQ(last(clients[2]), "2[\"x\"]");
}

TEST(RoomsMembership, TellsOtherShardsWhenARoomBeginsAndEnds) {
  NotedLink link;
  ManualShard shard({}, &link);
  Socket* socket = nullptr;
  shard.server.of("/").on_connection([&](Socket& joined) { socket = &joined; });
  WireClient client(shard);
  client.say("0");
  socket->join("a");

  EXPECT_TRUE(link.rooms.contains(room_hash("/", "a")));
  EXPECT_TRUE(link.rooms.contains(room_hash("/", socket->id().text())));
  client.vanish();

  EXPECT_TRUE(link.rooms.empty());
}

TEST(RoomsPublish, HandsBroadcastsToOtherShardsUnlessTheyAreLocal) {
  NotedLink link;
  ManualShard shard({}, &link);
  Namespace& nsp = shard.server.of("/n");

  nsp.to("a").except("b").emit_text("x", "1");
  nsp.to("a").this_shard().emit_text("y", "");

  ASSERT_EQ(link.published.size(), 1U);
  EXPECT_EQ(link.published[0]->to.nsp, "/n");
  EXPECT_EQ(link.published[0]->to.rooms, std::vector<std::string>{"a"});
  EXPECT_EQ(link.published[0]->to.except, std::vector<std::string>{"b"});
  EXPECT_EQ(link.published[0]->frames[0]->packet(), "42/n,[\"x\",1]");
}

}  // namespace
}  // namespace quickclinic::socketio
