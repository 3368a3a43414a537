#include "engineio/handshake.hpp"
#include "tests/integration/echo_server.hpp"
#include "tests/support/polling_client.hpp"
#include "tests/support/socketio_client.hpp"

#include <gtest/gtest.h>

namespace quickclinic::testing {
namespace {

class HandOver : public ::testing::Test {
 protected:
  HandOver() : client(echo.port()) { client.join(); }

  std::string owner() const { return std::to_string(*engineio::shard_of(client.sid())); }

  EchoServer echo{4};
  PollingClient client;
};

TEST_F(HandOver, TakesTheRequestsBehindAlong) {
  HttpClient stranger = echo.connection_away_from(client.sid());
  std::string requests = HttpClient::format("GET", "/shard");
  requests += HttpClient::format("POST", client.target(), R"(42["echo",1])");
  requests += HttpClient::format("GET", "/shard");
  requests += HttpClient::format("GET", client.target());
  requests += HttpClient::format("GET", "/shard");

  stranger.socket().write(requests);

  EXPECT_NE(stranger.receive().body, owner());
  EXPECT_EQ(stranger.receive().body, "ok");
  EXPECT_EQ(stranger.receive().body, owner());
  EXPECT_EQ(stranger.receive().body, R"(42["echo",1])");
  EXPECT_EQ(stranger.receive().body, owner());
}

TEST_F(HandOver, GoesOnToAThirdShard) {
  PollingClient other(echo.port());
  while (engineio::shard_of(other.sid()) == engineio::shard_of(client.sid())) {
    other = PollingClient(echo.port());
  }
  HttpClient stranger = echo.connection_away_from(client.sid());

  stranger.socket().write(HttpClient::format("POST", client.target(), R"(42["echo",1])") +
                          HttpClient::format("POST", other.target(), "40") +
                          HttpClient::format("GET", client.target()));

  EXPECT_EQ(stranger.receive().body, "ok");
  EXPECT_EQ(stranger.receive().body, "ok");
  EXPECT_EQ(stranger.receive().body, R"(42["echo",1])");
  EXPECT_TRUE(other.poll().body.starts_with("40{"));
}

TEST_F(HandOver, TakesAWebSocketWithTheFramesBehindIt) {
  HttpClient stranger = echo.connection_away_from(client.sid());

  stranger.socket().write(
      HttpClient::format("GET", client.target("websocket"), {},
                         "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13"
                         "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n") +
      transport::encode({.payload = "2probe"}) + transport::encode({.payload = "5"}) +
      transport::encode({.payload = R"(42["echo",1])"}));

  EXPECT_EQ(stranger.receive().status, 101U);
  std::string frames = stranger.take_rest();
  const std::string expected = std::string("\x81\x06") + "3probe" + "\x81\x0c" + R"(42["echo",1])";
  while (frames.size() < expected.size()) frames += stranger.socket().read_some();
  EXPECT_EQ(frames, expected);
}

TEST_F(HandOver, TakesALargeBody) {
  HttpClient stranger = echo.connection_away_from(client.sid());
  const std::string large(900'000, 'x');

  const HttpAnswer posted =
      stranger.request("POST", client.target(), "42[\"echo\",\"" + large + "\"]");

  EXPECT_EQ(posted.body, "ok");
  EXPECT_EQ(client.poll().body, "42[\"echo\",\"" + large + "\"]");
}

TEST_F(HandOver, SurvivesConnectionsThatEndMeanwhile) {
  for (int i = 0; i < 200; ++i) {
    HttpClient stranger(echo.port());
    stranger.send("POST", client.target(), "42[\"ask\"]");
    if (i % 2 == 0) {
      stranger.socket().reset();
    } else {
      stranger.socket().half_close();
    }
  }

  client.post(R"(42["echo","still here"])");
  EXPECT_EQ(client.poll().body, R"(42["echo","still here"])");
}

TEST_F(HandOver, RefusesSessionsThatNoShardKnows) {
  std::string gone = client.sid();
  gone.back() = gone.back() == 'A' ? 'B' : 'A';
  for (unsigned shard : {0U, 1U, 2U, 3U, 4U, 4095U}) {
    const std::string sid = engineio::new_session_id(shard).text();
    EXPECT_EQ(client.gets().request("GET", "/socket.io/?EIO=4&transport=polling&sid=" + sid).body,
              R"({"code":1,"message":"Session ID unknown"})")
        << shard;
  }
  EXPECT_EQ(client.gets().request("GET", "/socket.io/?EIO=4&transport=polling&sid=" + gone).status,
            400U);
}

}  // namespace
}  // namespace quickclinic::testing
