#include "tests/integration/echo_server.hpp"
#include "tests/support/polling_client.hpp"
#include "tests/support/socketio_client.hpp"

#include <gtest/gtest.h>

namespace quickclinic::testing {
namespace {

using std::chrono::milliseconds;
using transport::Opcode;

EchoServer::Adjust heartbeat(milliseconds interval, milliseconds timeout) {
  return [=](transport::Options& options) {
    options.engine.ping_interval = interval;
    options.engine.ping_timeout = timeout;
  };
}

class Heartbeat : public ::testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Shards, Heartbeat, ::testing::Values(1U, 4U));

TEST_P(Heartbeat, ClosesAWebSocketThatDoesNotAnswer) {
  EchoServer echo(GetParam(), heartbeat(milliseconds(100), milliseconds(100)));
  WebSocketClient client(echo.port());
  EXPECT_TRUE(client.receive_text().starts_with("0{"));
  client.send("40");
  EXPECT_TRUE(client.receive_text().starts_with("40{"));

  EXPECT_EQ(client.receive_text(), "2");
  EXPECT_EQ(client.receive_close(), 1000U);

  EXPECT_EQ(echo.departure(), "ping timeout");
  EXPECT_EQ(echo.session_count(), 0U);
}

TEST_P(Heartbeat, KeepsAWebSocketThatAnswers) {
  EchoServer echo(GetParam(), heartbeat(milliseconds(10), milliseconds(10'000)));
  WebSocketClient client(echo.port());
  client.receive_text();

  // A ping comes an interval after the pong, however long a pong may take.
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(client.receive_text(), "2");
    client.send("3");
  }

  EXPECT_EQ(echo.session_count(), 1U);
}

TEST_P(Heartbeat, EndsThePollOfAClientThatDoesNotAnswer) {
  EchoServer echo(GetParam(), heartbeat(milliseconds(100), milliseconds(100)));
  PollingClient client(echo.port());

  EXPECT_EQ(client.poll().body, "2");
  EXPECT_EQ(client.poll().body, "1");

  EXPECT_EQ(client.poll().status, 400U);
  EXPECT_EQ(echo.session_count(), 0U);
}

TEST_P(Heartbeat, ForgetsAClientThatNeverPolls) {
  EchoServer echo(GetParam(), heartbeat(milliseconds(50), milliseconds(50)));
  PollingClient client(echo.port());
  client.post("40");

  EXPECT_EQ(echo.departure(), "ping timeout");

  EXPECT_TRUE(echo.comes_to_have_sessions(0));
}

TEST_P(Heartbeat, ClosesAClientThatJoinsNothing) {
  EchoServer echo(GetParam(), [](transport::Options& options) {
    options.socket.connect_timeout = milliseconds(50);
  });
  WebSocketClient client(echo.port());
  client.receive_text();

  EXPECT_EQ(client.receive_close(), 1000U);

  EXPECT_EQ(echo.session_count(), 0U);
}

TEST_P(Heartbeat, GoesOnDuringAnUpgradeThatNeverEnds) {
  EchoServer echo(GetParam(), heartbeat(milliseconds(50), milliseconds(50)));
  PollingClient client(echo.port());
  WebSocketClient probe(echo.port(), client.target("websocket"));
  probe.send("2probe");
  EXPECT_EQ(probe.receive_text(), "3probe");

  EXPECT_EQ(probe.receive_close(), 1000U);

  EXPECT_TRUE(echo.comes_to_have_sessions(0));
}

class Patience : public ::testing::Test {
 protected:
  static void impatient(transport::Options& options) {
    options.patience = {
        .request = milliseconds(50), .idle = milliseconds(50), .farewell = milliseconds(50)};
  }
  EchoServer echo{1, impatient};
};

TEST_F(Patience, EndsAConnectionThatSaysNothing) {
  LoopbackSocket silent(echo.port());

  EXPECT_EQ(silent.read_to_end(), "");
}

TEST_F(Patience, AnswersHalfARequest408) {
  HttpClient slow(echo.port());
  slow.socket().write("GET / HTTP/1.1\r\nHost:");

  EXPECT_EQ(slow.receive().status, 408U);
  EXPECT_EQ(slow.socket().read_some(), "");
}

TEST_F(Patience, EndsAConnectionBetweenRequests) {
  HttpClient idle(echo.port());
  EXPECT_EQ(idle.request("GET", "/shard").status, 200U);

  EXPECT_EQ(idle.receive().status, 0U);
}

TEST_F(Patience, EndsAClientThatDoesNotReturnTheClose) {
  WebSocketClient rude(echo.port());
  rude.receive_text();
  rude.send_frame({.opcode = Opcode::close, .payload = "\x03\xe8"});

  EXPECT_EQ(rude.receive_close(), 1000U);
  // It goes on sending, and the connection ends all the same.
  while (rude.send("4")) {
  }
}

}  // namespace
}  // namespace quickclinic::testing
