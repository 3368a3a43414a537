#include "tests/integration/echo_server.hpp"
#include "tests/support/polling_client.hpp"
#include "tests/support/socketio_client.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace quickclinic::testing {
namespace {

using std::chrono::milliseconds;
using transport::Opcode;

class Departure : public ::testing::TestWithParam<unsigned> {
 protected:
  EchoServer echo{GetParam(), [](transport::Options& options) {
                    options.engine.ping_interval = milliseconds(200);
                    options.engine.ping_timeout = milliseconds(200);
                  }};

  void expect_service() {
    EXPECT_TRUE(echo.comes_to_have_sessions(0));
    SocketIoClient next(echo.port());
    EXPECT_EQ(next.call("ask", "1"), "[1]");
  }
};
INSTANTIATE_TEST_SUITE_P(Shards, Departure, ::testing::Values(1U, 4U));

TEST_P(Departure, ByResetIsNoticedInEveryState) {
  LoopbackSocket(echo.port()).reset();

  for (const std::string_view begun :
       {"G", "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\n",
        "POST /socket.io/ HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345",
        "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n"
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"}) {
    LoopbackSocket socket(echo.port());
    socket.write(begun);
    socket.reset();
  }
  {
    PollingClient waiting(echo.port());
    waiting.begin_poll();
    waiting.gets().socket().reset();
  }
  {
    PollingClient upgrading(echo.port());
    WebSocketClient probe(echo.port(), upgrading.target("websocket"));
    probe.send("2probe");
    probe.receive_text();
    probe.socket().reset();
  }
  {
    WebSocketClient opened(echo.port());
    opened.socket().reset();
  }
  {
    SocketIoClient mid_frame(echo.port());
    mid_frame.websocket().socket().write("\x81\xfe");
    mid_frame.websocket().socket().reset();
  }
  {
    SocketIoClient owed_an_answer(echo.port());
    owed_an_answer.ask("ask", "1");
    owed_an_answer.websocket().socket().reset();
  }
  {
    SocketIoClient closing(echo.port());
    closing.websocket().send_frame({.opcode = Opcode::close});
    closing.websocket().socket().reset();
  }

  expect_service();
}

TEST_P(Departure, ByHalfACloseIsAWholeOne) {
  SocketIoClient websocket(echo.port());
  websocket.websocket().socket().half_close();
  EXPECT_EQ(echo.departure(), "transport close");

  PollingClient polling(echo.port());
  polling.join();
  polling.begin_poll();
  polling.gets().socket().half_close();
  EXPECT_EQ(echo.departure(), "transport error");

  expect_service();
}

TEST_P(Departure, ByTheNamespaceLeavesTheSession) {
  SocketIoClient client(echo.port());

  client.websocket().send("41");

  EXPECT_EQ(echo.departure(), "client namespace disconnect");
  EXPECT_EQ(echo.session_count(), 1U);
}

TEST_P(Departure, ByAnEngineIoCloseIsAnswered) {
  SocketIoClient client(echo.port());

  client.websocket().send("1");

  EXPECT_EQ(client.websocket().receive_close(), 1000U);
  EXPECT_EQ(echo.departure(), "transport close");
}

struct Goodbye {
  std::string_view name;
  std::string_view payload;
  unsigned answer;
};

class CloseHandshake : public ::testing::TestWithParam<Goodbye> {};
INSTANTIATE_TEST_SUITE_P(
    Codes, CloseHandshake,
    ::testing::Values(Goodbye{"Normal", std::string_view("\x03\xe8", 2), 1000},
                      Goodbye{"GoingAwayWithAReason", "\x03\xe9tab closed", 1001},
                      Goodbye{"WithoutACode", "", 1000},
                      Goodbye{"Registered", std::string_view("\x0b\xb8", 2), 3000},
                      Goodbye{"HalfACode", "\x03", 1002}, Goodbye{"ReservedCode", "\x03\xed", 1002},
                      Goodbye{"CodeZero", std::string_view("\0\0", 2), 1002},
                      Goodbye{"BadReason", "\x03\xe8\xff", 1007}),
    [](const auto& named) { return std::string(named.param.name); });

TEST_P(CloseHandshake, IsReturnedOnceAndEndsTheConnection) {
  EchoServer echo(1);
  SocketIoClient client(echo.port());
  WebSocketClient& websocket = client.websocket();

  websocket.socket().write(
      transport::encode({.opcode = Opcode::close, .payload = GetParam().payload}) +
      transport::encode({.payload = R"(42["echo",1])"}));

  EXPECT_EQ(websocket.receive_close(), GetParam().answer);
  EXPECT_EQ(websocket.socket().read_to_end(), "");
  EXPECT_EQ(echo.departure(), "transport close");
  EXPECT_EQ(echo.session_count(), 0U);
}

TEST_P(Departure, OfTwoThousandConnectionsLeavesNothing) {
  constexpr int rounds = 20;
  constexpr int at_once = 100;

  for (int round = 0; round < rounds; ++round) {
    std::vector<std::unique_ptr<SocketIoClient>> websockets;
    std::vector<std::unique_ptr<HttpClient>> others;
    for (int i = 0; i < at_once; ++i) {
      switch (i % 4) {
        case 0:
          websockets.push_back(std::make_unique<SocketIoClient>(echo.port()));
          break;
        case 1:
          websockets.push_back(std::make_unique<SocketIoClient>(echo.port()));
          websockets.back()->websocket().send_frame({.opcode = Opcode::close});
          break;
        case 2:
          others.push_back(std::make_unique<HttpClient>(echo.port()));
          others.back()->request("GET", "/socket.io/?EIO=4&transport=polling");
          break;
        default:
          others.push_back(std::make_unique<HttpClient>(echo.port()));
          break;
      }
    }
    if (round % 2 == 0) {
      for (auto& websocket : websockets) websocket->websocket().socket().reset();
      for (auto& other : others) other->socket().reset();
    }
  }

  for (int i = 0; i < rounds * at_once / 2; ++i) EXPECT_EQ(echo.departure(), "transport close");
  expect_service();
}

}  // namespace
}  // namespace quickclinic::testing
