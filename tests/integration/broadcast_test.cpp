#include "engineio/handshake.hpp"
#include "tests/integration/echo_server.hpp"
#include "tests/support/polling_client.hpp"
#include "tests/support/socketio_client.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <thread>
#include <vector>

namespace quickclinic::testing {
namespace {

class Broadcast : public ::testing::TestWithParam<unsigned> {
 protected:
  // So many that every shard has some.
  void join_everybody() {
    std::set<unsigned> shards;
    while (clients.size() < 12 || shards.size() < GetParam()) {
      clients.push_back(std::make_unique<SocketIoClient>(echo.port()));
      shards.insert(*engineio::shard_of(clients.back()->sid()));
      EXPECT_EQ(clients.back()->call("join", "\"ward\""), "[]");
    }
  }

  EchoServer echo{GetParam()};
  std::vector<std::unique_ptr<SocketIoClient>> clients;
};
INSTANTIATE_TEST_SUITE_P(Shards, Broadcast, ::testing::Values(1U, 4U));

TEST_P(Broadcast, ReachesEverybodyInTheRoomOnceAndInOrder) {
  constexpr int messages = 200;
  join_everybody();
  SocketIoClient outsider(echo.port());
  SocketIoClient speaker(echo.port());

  for (int i = 0; i < messages; ++i) speaker.emit("tell", "\"ward\"," + std::to_string(i));

  for (const auto& client : clients) {
    for (int i = 0; i < messages; ++i) {
      ASSERT_EQ(client->next(), "2[\"told\"," + std::to_string(i) + "]");
    }
    EXPECT_EQ(client->call("ask"), "[]");
    EXPECT_TRUE(client->heard().empty());
  }
  EXPECT_EQ(outsider.call("ask"), "[]");
  EXPECT_TRUE(outsider.heard().empty());
}

TEST_P(Broadcast, FromOneShardHasOneOrderForAll) {
  constexpr int each = 50;
  join_everybody();

  std::vector<std::thread> speakers;
  for (const auto& client : clients) {
    speakers.emplace_back([&client] {
      for (int i = 0; i < each; ++i) client->emit("number");
    });
  }
  for (std::thread& speaker : speakers) speaker.join();

  const int total = each * static_cast<int>(clients.size());
  for (const auto& client : clients) {
    for (int i = 0; i < total; ++i) {
      ASSERT_EQ(client->next(), "2[\"numbered\"," + std::to_string(i) + "]");
    }
  }
}

TEST_P(Broadcast, OfEachSpeakerKeepsItsOrder) {
  constexpr int each = 100;
  join_everybody();

  std::vector<std::thread> speakers;
  for (std::size_t who = 0; who < clients.size(); ++who) {
    speakers.emplace_back([this, who] {
      for (int i = 0; i < each; ++i) {
        clients[who]->emit("tell", "\"ward\"," + std::to_string(who) + "," + std::to_string(i));
      }
    });
  }
  for (std::thread& speaker : speakers) speaker.join();

  for (const auto& client : clients) {
    std::vector<int> next(clients.size(), 0);
    for (std::size_t i = 0; i < clients.size() * each; ++i) {
      const std::string packet = client->next();
      const std::size_t comma = packet.find(',');
      const std::size_t who = std::stoul(packet.substr(comma + 1));
      const int number = std::stoi(packet.substr(packet.find(',', comma + 1) + 1));
      ASSERT_EQ(number, next.at(who)++) << packet;
    }
  }
}

TEST_P(Broadcast, ReachesWhoHasJustJoined) {
  SocketIoClient speaker(echo.port());
  std::vector<std::unique_ptr<SocketIoClient>> members;
  std::set<unsigned> shards;
  while (members.size() < 8 || shards.size() < GetParam()) {
    members.push_back(std::make_unique<SocketIoClient>(echo.port()));
    shards.insert(*engineio::shard_of(members.back()->sid()));
  }

  for (int i = 0; i < 400; ++i) {
    SocketIoClient& member = *members[static_cast<std::size_t>(i) % members.size()];
    const std::string room = "\"bed " + std::to_string(i % 20) + "\"";
    ASSERT_EQ(member.call("join", room), "[]");
    ASSERT_EQ(speaker.call("tell", room + "," + std::to_string(i)), "[]");
    ASSERT_EQ(member.next(), "2[\"told\"," + std::to_string(i) + "]");
    ASSERT_EQ(member.call("leave", room), "[]");
    ASSERT_EQ(speaker.call("tell", room + ",\"nobody\""), "[]");
  }

  for (const auto& member : members) {
    EXPECT_EQ(member->call("ask"), "[]");
    EXPECT_TRUE(member->heard().empty());
  }
}

TEST_P(Broadcast, ReachesPollersToo) {
  std::vector<std::unique_ptr<PollingClient>> pollers;
  for (int i = 0; i < 8; ++i) {
    pollers.push_back(std::make_unique<PollingClient>(echo.port()));
    pollers.back()->join();
    pollers.back()->begin_poll();
  }
  SocketIoClient speaker(echo.port());

  speaker.call("shout", "1");

  for (const auto& poller : pollers) EXPECT_EQ(poller->finish_poll().body, "42[\"shouted\",1]");
}

TEST_P(Broadcast, CarriesBinaryAttachments) {
  join_everybody();
  SocketIoClient speaker(echo.port());

  speaker.websocket().send(R"(451-["shout",{"_placeholder":true,"num":0}])");
  speaker.websocket().send_frame({.opcode = transport::Opcode::binary, .payload = "\x01\x02"});

  for (const auto& client : clients) {
    EXPECT_EQ(client->websocket().receive_text(),
              R"(451-["shouted",{"_placeholder":true,"num":0}])");
    const ServerFrame attachment = client->websocket().receive();
    EXPECT_EQ(attachment.opcode, transport::Opcode::binary);
    EXPECT_EQ(attachment.payload, "\x01\x02");
  }
}

}  // namespace
}  // namespace quickclinic::testing
