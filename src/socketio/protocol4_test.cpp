#include "socketio/protocol4.hpp"

#include "socketio/namespace.hpp"
#include "tests/support/wire_client.hpp"

#include <gtest/gtest.h>

namespace quickclinic::socketio {
namespace {

using testing::ManualShard;
using testing::WireClient;
using Heard = std::vector<std::string>;

TEST(Protocol4Auth, IsTheQueryBehindTheNamespace) {
  EXPECT_EQ(json::to_text(auth_v4("0/chat?token=a%20b+c&%zz&n=,ignored=1")),
            R"({"token":"a b c","%zz":"","n":""})");
  EXPECT_EQ(json::to_text(auth_v4("0/chat")), "{}");
  EXPECT_EQ(json::to_text(auth_v4("0/chat?")), "{}");
}

// A client of Socket.IO 2 over WebSocket.
struct OldClient : WireClient {
  explicit OldClient(ManualShard& on) : WireClient(on, {.protocol = engineio::Protocol::v3}) {}
};

TEST(Protocol4Client, IsInTheMainNamespaceWithoutAsking) {
  ManualShard shard;
  std::string id;
  shard.server.of("/").on_connection([&id](Socket& socket) {
    id = socket.id().text();
    socket.emit("hello", {});
  });

  OldClient client(shard);

  EXPECT_EQ(client.heard(), (Heard{"0", R"(2["hello"])"}));
  EXPECT_EQ(id, client.session.id().text());
}

TEST(Protocol4Client, JoinsOthersByName) {
  ManualShard shard;
  std::string id;
  std::string auth;
  shard.server.of("/");
  shard.server.of("/chat").on_connection([&](Socket& socket) {
    id = socket.id().text();
    auth = json::to_text(socket.handshake()->auth);
  });
  OldClient client(shard);
  client.heard();

  client.say("0/chat?token=abc,");

  EXPECT_EQ(client.heard(), (Heard{"0/chat,"}));
  EXPECT_EQ(id, "/chat#" + client.session.id().text());
  EXPECT_EQ(auth, R"({"token":"abc"})");
}

TEST(Protocol4Client, IsRefusedInPlainWords) {
  ManualShard shard;
  shard.server.of("/").use([](const SocketPtr&, const Namespace::Decision& decide) {
    decide(ConnectRefusal{"not you", {}});
  });
  shard.server.of("/data").use([](const SocketPtr&, const Namespace::Decision& decide) {
    decide(ConnectRefusal{"not you", json::parse("[1]").value()});
  });

  OldClient client(shard);
  client.say("0/data,");
  client.say("0/none,");

  EXPECT_EQ(client.heard(),
            (Heard{R"(4"not you")", "4/data,[1]", R"(4/none,{"message":"Invalid namespace"})"}));
}

TEST(Protocol4Client, IsToldNothingOfRecovery) {
  Settings settings;
  settings.recovery.disconnection_max = std::chrono::minutes(2);
  ManualShard shard(settings);
  shard.server.of("/").on_connection([](Socket& socket) { socket.emit("news", {}); });

  OldClient client(shard);

  EXPECT_EQ(client.heard(), (Heard{"0", R"(2["news"])"}));
}

}  // namespace
}  // namespace quickclinic::socketio
