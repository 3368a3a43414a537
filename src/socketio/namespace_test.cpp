#include "socketio/namespace.hpp"

#include "tests/support/wire_client.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace quickclinic::socketio {
namespace {

using testing::ManualShard;
using testing::WireClient;
using Heard = std::vector<std::string>;

class NamespaceRemoval : public ::testing::Test {
 protected:
  Namespace& ward() { return shard.server.of("/ward"); }

  ManualShard shard;
};

TEST_F(NamespaceRemoval, DisconnectsItsSockets) {
  Heard reasons;
  ward().on_disconnect([&](Socket&, std::string_view why) { reasons.emplace_back(why); });
  WireClient first(shard);
  WireClient second(shard);
  first.say("0/ward,");
  second.say("0/ward,");
  first.heard();

  shard.server.remove(ward());

  EXPECT_EQ(reasons, Heard(2, "server namespace disconnect"));
  EXPECT_EQ(first.heard(), Heard{"1/ward,"});
  EXPECT_TRUE(first.open());
  EXPECT_EQ(shard.server.find("/ward"), nullptr);
}

TEST_F(NamespaceRemoval, MayHappenInItsOwnDisconnectHandler) {
  int gone = 0;
  ward().on_disconnect([&](const Socket& socket, std::string_view) {
    shard.server.remove(socket.nsp());
    ++gone;
  });
  WireClient first(shard);
  WireClient second(shard);
  first.say("0/ward,");
  second.say("0/ward,");

  first.vanish();

  EXPECT_EQ(gone, 2);
  EXPECT_EQ(shard.server.find("/ward"), nullptr);
  EXPECT_TRUE(second.open());
}

TEST_F(NamespaceRemoval, MayHappenInItsOwnEventHandler) {
  int ran = 0;
  ward().on("close", [&](const Socket& socket, const Event&) {
    shard.server.remove(socket.nsp());
    ++ran;
  });
  ward().on("close", [&](Socket&, const Event&) { ++ran; });
  WireClient client(shard);
  client.say("0/ward,");
  client.heard();

  client.say("2/ward,[\"close\"]");

  EXPECT_EQ(ran, 2);
  EXPECT_EQ(client.heard(), Heard{"1/ward,"});
}

TEST_F(NamespaceRemoval, MayHappenInItsOwnConnectionHandler) {
  ward().on_connection([&](const Socket& socket) { shard.server.remove(socket.nsp()); });
  ward().on_connection([](Socket&) { FAIL() << "it is gone"; });
  WireClient client(shard);

  client.say("0/ward,");

  EXPECT_EQ(client.heard().back(), "1/ward,");
}

TEST_F(NamespaceRemoval, MayHappenInItsOwnMiddleware) {
  ward().use([&](const SocketPtr& socket, const Namespace::Decision& decide) {
    shard.server.remove(socket->nsp());
    decide(std::nullopt);
  });
  WireClient client(shard);

  client.say("0/ward,");

  EXPECT_EQ(client.heard(), Heard{R"(4/ward,{"message":"Invalid namespace"})"});
}

TEST_F(NamespaceRemoval, RefusesWhoIsStillBeingDecidedUpon) {
  std::deque<Namespace::Decision> decisions;
  ward().use([&](const SocketPtr&, Namespace::Decision decide) {
    decisions.push_back(std::move(decide));
  });
  WireClient client(shard);
  client.say("0/ward,");

  shard.server.remove(ward());
  decisions.at(0)(std::nullopt);

  EXPECT_EQ(client.heard(), Heard{R"(4/ward,{"message":"Invalid namespace"})"});
}

TEST_F(NamespaceRemoval, LeavesTheNameForANewOne) {
  ward().on_disconnect([&](Socket&, std::string_view) { ward(); });
  WireClient client(shard);
  client.say("0/ward,");

  shard.server.remove(ward());
  client.heard();
  EXPECT_EQ(ward().size(), 0U);
  client.say("0/ward,");

  EXPECT_EQ(ward().size(), 1U);
  EXPECT_EQ(client.heard().size(), 1U);
}

TEST_F(NamespaceRemoval, OfOneThatIsNotTheServersAnyMoreDoesNothing) {
  const auto kept = ward().shared_from_this();
  shard.server.remove(*kept);
  ward();

  shard.server.remove(*kept);

  EXPECT_NE(shard.server.find("/ward"), nullptr);
}

}  // namespace
}  // namespace quickclinic::socketio
