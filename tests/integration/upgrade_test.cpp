#include "tests/integration/echo_server.hpp"
#include "tests/support/polling_client.hpp"
#include "tests/support/socketio_client.hpp"

#include <gtest/gtest.h>

#include <charconv>
#include <future>
#include <memory>
#include <thread>
#include <vector>

namespace quickclinic::testing {
namespace {

using std::chrono::milliseconds;
using transport::Opcode;

class Upgrade : public ::testing::TestWithParam<unsigned> {
 protected:
  void open(milliseconds upgrade_timeout) {
    echo.emplace(GetParam(), [&](transport::Options& options) {
      options.engine.upgrade_timeout = upgrade_timeout;
    });
    client.emplace(echo->port());
    client->join();
  }

  WebSocketClient second_transport() const {
    return WebSocketClient(echo->port(), client->target("websocket"));
  }

  void expect_polling_goes_on() {
    client->begin_poll();
    client->post(R"(42["echo","still here"])");
    EXPECT_EQ(client->finish_poll().body, R"(42["echo","still here"])");
  }

  std::optional<EchoServer> echo;
  std::optional<PollingClient> client;
};
INSTANTIATE_TEST_SUITE_P(Shards, Upgrade, ::testing::Values(1U, 4U));

TEST_P(Upgrade, FreesAWaitingGetAndMovesTheSession) {
  open(milliseconds(10'000));
  client->begin_poll();
  WebSocketClient websocket = second_transport();

  websocket.send("2probe");

  EXPECT_EQ(websocket.receive_text(), "3probe");
  EXPECT_EQ(client->finish_poll().body, "6");
  websocket.send("5");
  websocket.send(R"(42["echo",1])");
  EXPECT_EQ(websocket.receive_text(), R"(42["echo",1])");
  EXPECT_EQ(client->poll().status, 400U);
  EXPECT_EQ(client->post(R"(42["echo",2])").status, 400U);
}

// Takes the numbers of `shouted` and `echo` events as they come, and knows which is next.
struct Sequence {
  int shouted = 0;
  int echoed = 0;
  bool kept = true;

  void take(std::string_view packet) {
    if (packet.starts_with("42[\"shouted\",")) {
      expect(packet.substr(13), shouted);
    } else if (packet.starts_with("42[\"echo\",")) {
      expect(packet.substr(10), echoed);
    }
  }
  void take_all(std::string_view body) {
    while (!body.empty()) {
      const std::size_t end = std::min(body.find('\x1e'), body.size());
      take(body.substr(0, end));
      body.remove_prefix(std::min(end + 1, body.size()));
    }
  }

 private:
  void expect(std::string_view text, int& next) {
    int number = -1;
    std::from_chars(text.data(), text.data() + text.size(), number);
    if (number != next++) kept = false;
  }
};

std::string numbered_echo(int number) { return "42[\"echo\"," + std::to_string(number) + "]"; }

TEST_P(Upgrade, KeepsOrderWhileMessagesStreamBothWays) {
  constexpr int messages = 300;
  open(milliseconds(10'000));
  SocketIoClient speaker(echo->port());
  std::thread stream([&speaker] {
    for (int i = 0; i < messages; ++i) speaker.call("shout", std::to_string(i));
  });
  Sequence seen;
  int sent = 0;
  for (; sent < messages / 3; ++sent) {
    client->post(numbered_echo(sent));
    seen.take_all(client->poll().body);
  }
  WebSocketClient websocket = second_transport();
  websocket.send("2probe");
  for (; sent < messages / 2; ++sent) client->post(numbered_echo(sent));
  EXPECT_EQ(websocket.receive_text(), "3probe");
  // The client stops polling when a GET brings nothing but the noop.
  for (std::string body; body != "6";) {
    body = client->poll().body;
    seen.take_all(body);
  }

  websocket.send("5");
  for (; sent < messages; ++sent) websocket.send(numbered_echo(sent));
  while (seen.shouted < messages || seen.echoed < messages) seen.take(websocket.receive_text());
  stream.join();

  EXPECT_TRUE(seen.kept);
  EXPECT_EQ(seen.shouted, messages);
  EXPECT_EQ(seen.echoed, messages);
}

TEST_P(Upgrade, IsGivenUpWhenTheWebSocketSaysNothing) {
  open(milliseconds(100));
  WebSocketClient websocket = second_transport();

  EXPECT_EQ(websocket.receive_close(), 1000U);
  expect_polling_goes_on();
}

TEST_P(Upgrade, IsGivenUpAfterAProbeWithoutTheUpgrade) {
  open(milliseconds(100));
  WebSocketClient websocket = second_transport();
  websocket.send("2probe");
  EXPECT_EQ(websocket.receive_text(), "3probe");

  EXPECT_EQ(websocket.receive_close(), 1000U);
  expect_polling_goes_on();
}

TEST_P(Upgrade, CanBeTriedAgain) {
  open(milliseconds(10'000));
  {
    WebSocketClient first = second_transport();
    first.send("2probe");
    EXPECT_EQ(first.receive_text(), "3probe");
    first.send("4nonsense");
    EXPECT_EQ(first.receive_close(), 1000U);
  }
  WebSocketClient second = second_transport();

  second.send("2probe");
  EXPECT_EQ(second.receive_text(), "3probe");
  second.send("5");

  second.send(R"(42["echo",1])");
  EXPECT_EQ(second.receive_text(), R"(42["echo",1])");
}

TEST_P(Upgrade, IsRefusedToASecondWebSocketAtOnce) {
  open(milliseconds(10'000));
  WebSocketClient first = second_transport();
  first.send("2probe");
  EXPECT_EQ(first.receive_text(), "3probe");

  WebSocketClient second = second_transport();

  EXPECT_EQ(second.receive_close(), 1000U);
  first.send("5");
  first.send(R"(42["echo",1])");
  EXPECT_EQ(first.receive_text(), R"(42["echo",1])");
}

TEST_P(Upgrade, IsRefusedToASecondWebSocketOfALiveSession) {
  open(milliseconds(10'000));
  SocketIoClient live(echo->port());

  WebSocketClient second(echo->port(), "/socket.io/?EIO=4&transport=websocket&sid=" + live.sid());

  EXPECT_EQ(second.receive_close(), 1000U);
  EXPECT_EQ(live.call("ask", "1"), "[1]");
}

TEST_P(Upgrade, EndsWithTheSession) {
  open(milliseconds(10'000));
  WebSocketClient websocket = second_transport();
  websocket.send("2probe");
  EXPECT_EQ(websocket.receive_text(), "3probe");

  client->post("1");

  EXPECT_EQ(websocket.receive_close(), 1000U);
  EXPECT_TRUE(echo->comes_to_have_sessions(0));
}

// How many timers the shard has armed.
std::size_t timers_of(transport::Shard& shard) {
  std::promise<std::size_t> answer;
  shard.post([&shard, &answer] { answer.set_value(shard.timers().size()); });
  return answer.get_future().get();
}

TEST(UpgradeLeftAlone, LeavesNeitherSessionNorTimer) {
  EchoServer echo(1, [](transport::Options& options) {
    options.engine.ping_interval = milliseconds(150);
    options.engine.ping_timeout = milliseconds(50);
    options.engine.upgrade_timeout = milliseconds(50);
  });
  {
    std::vector<std::unique_ptr<PollingClient>> clients;
    std::vector<std::unique_ptr<WebSocketClient>> websockets;
    for (int i = 0; i < 32; ++i) {
      PollingClient& client = *clients.emplace_back(std::make_unique<PollingClient>(echo.port()));
      client.join();
      WebSocketClient& websocket = *websockets.emplace_back(
          std::make_unique<WebSocketClient>(echo.port(), client.target("websocket")));
      if (i % 2 == 0) websocket.send("2probe");
      if (i % 4 == 0) client.begin_poll();
      if (i % 8 < 4) continue;  // neither of its connections ever ends by itself
      websocket.socket().reset();
      client.gets().socket().reset();
    }
    EXPECT_GT(timers_of(echo.server().shard(0)), 32U);

    EXPECT_TRUE(echo.comes_to_have_sessions(0));
    for (int i = 0; i < 4; ++i)
      EXPECT_EQ(websockets.at(static_cast<std::size_t>(i))->receive_close(), 1000U);
  }

  const TimePoint limit = Clock::now() + std::chrono::seconds(20);
  std::size_t timers = 1;
  while (timers > 0 && Clock::now() < limit) timers = timers_of(echo.server().shard(0));
  EXPECT_EQ(timers, 0U);
}

}  // namespace
}  // namespace quickclinic::testing
