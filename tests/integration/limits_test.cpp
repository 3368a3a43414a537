#include "tests/integration/echo_server.hpp"
#include "tests/support/polling_client.hpp"
#include "tests/support/socketio_client.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <string>

namespace quickclinic::testing {
namespace {

using transport::Opcode;

constexpr std::size_t payload_max = 1000;

void small_limits(transport::Options& options) {
  options.engine.limits.payload_bytes_max = payload_max;
}

// An `ask` event that is exactly `bytes` long.
std::string ask_of(std::size_t bytes) {
  const std::string begin = "420[\"ask\",\"";
  return begin + std::string(bytes - begin.size() - 2, 'x') + "\"]";
}

class PayloadLimit : public ::testing::Test {
 protected:
  EchoServer echo{1, small_limits};
};

TEST_F(PayloadLimit, IsSaidInTheHandshake) {
  WebSocketClient client(echo.port());

  EXPECT_NE(client.receive_text().find("\"maxPayload\":1000}"), std::string::npos);
}

TEST_F(PayloadLimit, LetsAPostOfItsSizeIn) {
  PollingClient client(echo.port());
  client.join();

  EXPECT_EQ(client.post(ask_of(payload_max)).status, 200U);
  EXPECT_EQ(client.poll().body, "430[\"" + std::string(payload_max - 13, 'x') + "\"]");
}

TEST_F(PayloadLimit, AnswersALargerPost413BeforeItComes) {
  PollingClient client(echo.port());
  client.join();

  client.posts().socket().write("POST " + client.target() +
                                " HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n");

  EXPECT_EQ(client.posts().receive().status, 413U);
  EXPECT_EQ(client.posts().socket().read_some(), "");
  PollingClient(echo.port()).join();
}

TEST_F(PayloadLimit, AnswersALargerChunkedPost413) {
  PollingClient client(echo.port());
  client.join();

  client.posts().socket().write(
      "POST " + client.target() +
      " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n" + std::string(1000, '4') +
      "\r\n1\r\n4\r\n");

  EXPECT_EQ(client.posts().receive().status, 413U);
}

TEST_F(PayloadLimit, LetsAWebSocketMessageOfItsSizeIn) {
  SocketIoClient client(echo.port());

  client.websocket().send(ask_of(payload_max));

  EXPECT_EQ(client.next(), "30[\"" + std::string(payload_max - 13, 'x') + "\"]");
}

TEST_F(PayloadLimit, ClosesOnALargerWebSocketMessageFromItsHeader) {
  SocketIoClient client(echo.port());

  client.websocket().socket().write(transport::encode({.payload = ask_of(1001)}).substr(0, 8));

  EXPECT_EQ(client.websocket().receive_close(), 1009U);
  EXPECT_EQ(echo.departure(), "transport close");
}

TEST_F(PayloadLimit, CountsAllFragments) {
  SocketIoClient client(echo.port());
  const std::string half(600, '4');

  client.websocket().send_frame({.opcode = Opcode::text, .payload = half, .final = false});
  client.websocket().send_frame({.opcode = Opcode::continuation, .payload = half});

  EXPECT_EQ(client.websocket().receive_close(), 1009U);
}

class Oversized : public ::testing::Test {
 protected:
  EchoServer echo{1, [](transport::Options& options) {
                    small_limits(options);
                    options.oversized_bytes_max = 200'000;
                  }};
  SocketIoClient client{echo.port()};

  static std::string flaw_of(std::size_t bytes) {
    return "427[\"flaw\",\"" + std::string(bytes - 14, 'x') + "\"]";
  }
};

TEST_F(Oversized, IsAnsweredByTheEventsHandler) {
  client.websocket().send(flaw_of(200'000));

  EXPECT_EQ(client.next(), "37[2]");
  EXPECT_EQ(client.call("ask", "1"), "[1]");
}

TEST_F(Oversized, ClosesBeyondItsOwnLimit) {
  client.websocket().send(flaw_of(200'001));

  EXPECT_EQ(client.websocket().receive_close(), 1009U);
}

TEST_F(Oversized, ClosesOnBinary) {
  client.websocket().send_frame(
      {.opcode = Opcode::binary, .payload = std::string(payload_max + 1, 'x')});

  EXPECT_EQ(client.websocket().receive_close(), 1009U);
}

class SlowReader : public ::testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Shards, SlowReader, ::testing::Values(1U, 4U));

TEST_P(SlowReader, IsCutOffWhileOthersAreServed) {
  EchoServer echo(GetParam(), [](transport::Options& options) {
    options.engine.limits.queue_bytes_max = 500'000;
  });
  SocketIoClient slow(echo.port(), {}, {.receive_buffer_bytes = 4096});
  SocketIoClient quick(echo.port());
  const std::string padding = "\"" + std::string(100'000, 'x') + "\"";

  // More than the kernel keeps for a socket and the session's queue together.
  for (int i = 0; i < 150; ++i) {
    const std::string number = std::to_string(i);
    EXPECT_EQ(quick.call("shout", number + "," + padding), "[]");
    for (const std::string& packet : quick.heard()) {
      EXPECT_EQ(packet.substr(0, packet.find(",\"")), "2[\"shouted\"," + number);
    }
  }

  EXPECT_EQ(echo.departure(), "transport error");
  EXPECT_TRUE(echo.comes_to_have_sessions(1));
  EXPECT_EQ(quick.call("ask", "1"), "[1]");
}

TEST_P(SlowReader, IsDroppedWhenItSendsPingsAndReadsNone) {
  EchoServer echo(GetParam());
  SocketIoClient flood(echo.port(), {}, {.receive_buffer_bytes = 4096});
  const std::string ping =
      transport::encode({.opcode = Opcode::ping, .payload = std::string(125, 'p')});
  std::string pings;
  for (int i = 0; i < 500; ++i) pings += ping;

  bool taken = true;
  for (int i = 0; i < 1000 && taken; ++i) taken = flood.websocket().socket().write(pings);

  EXPECT_FALSE(taken);
  EXPECT_EQ(echo.departure(), "transport close");
  EXPECT_TRUE(echo.comes_to_have_sessions(0));
}

TEST_P(SlowReader, OfAPollIsNoMatterForOthers) {
  EchoServer echo(GetParam(), [](transport::Options& options) {
    options.engine.limits.queue_packets_max = 10;
  });
  PollingClient silent(echo.port());
  silent.join();
  SocketIoClient speaker(echo.port());

  for (int i = 0; i < 11; ++i) EXPECT_EQ(speaker.call("shout", "1"), "[]");

  EXPECT_EQ(echo.departure(), "transport error");
  EXPECT_EQ(silent.poll().status, 400U);
}

TEST(RequestsAhead, WaitWhileTheirAnswersAreNotRead) {
  constexpr int requests = 3000;
  const std::string body(20'000, 'b');
  std::atomic<int> taken = 0;
  transport::Options options;
  options.endpoint.host = "127.0.0.1";
  transport::Server server(options);
  const auto port = server.start([&](transport::Shard& shard) {
    shard.set_http_handler([&](const transport::Visit& visit, const transport::Responder& respond) {
      if (visit.request.path == "/") ++taken;
      respond({.status = 200, .lasting_body = body});
    });
  });
  ASSERT_TRUE(port) << port.error().describe();
  HttpClient ahead(*port, {.receive_buffer_bytes = 4096});
  std::string all;
  for (int i = 0; i < requests; ++i) all += HttpClient::format("GET", "/");

  ahead.socket().write(all);
  HttpClient other(*port);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(other.request("GET", "/other").status, 200U);

  // What the kernel keeps for two sockets, and what was taken before the first answer was written.
  EXPECT_LT(taken, requests / 3);
  for (int i = 0; i < requests; ++i) ASSERT_EQ(ahead.receive().body, body) << i;
  EXPECT_EQ(taken, requests);
}

TEST(ConnectionLimit, ClosesOneTooMany) {
  EchoServer echo(1, [](transport::Options& options) { options.connections_max = 2; });
  HttpClient first(echo.port());
  HttpClient second(echo.port());
  EXPECT_EQ(first.request("GET", "/shard").status, 200U);
  EXPECT_EQ(second.request("GET", "/shard").status, 200U);

  LoopbackSocket third(echo.port());

  EXPECT_EQ(third.read_some(), "");
  EXPECT_EQ(first.request("GET", "/shard").status, 200U);
}

}  // namespace
}  // namespace quickclinic::testing
