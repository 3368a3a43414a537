#include "tests/integration/echo_server.hpp"
#include "tests/support/polling_client.hpp"
#include "tests/support/socketio_client.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <vector>

namespace quickclinic::testing {
namespace {

using std::chrono::milliseconds;

class Shutdown : public ::testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Shards, Shutdown, ::testing::Values(1U, 4U));

TEST_P(Shutdown, WithClientsInEveryStateLeavesNothing) {
  auto server = std::make_unique<EchoServer>(GetParam());
  LoopbackSocket silent(server->port());
  LoopbackSocket mid_request(server->port());
  mid_request.write("POST /socket.io/ HTTP/1.1\r\nHost: a\r\nContent-Le");
  SocketIoClient member(server->port());
  member.call("join", "\"ward\"");
  SocketIoClient speaker(server->port());
  PollingClient waiting(server->port());
  waiting.join();
  waiting.begin_poll();
  PollingClient upgrading(server->port());
  WebSocketClient probe(server->port(), upgrading.target("websocket"));
  probe.send("2probe");
  EXPECT_EQ(probe.receive_text(), "3probe");
  for (int i = 0; i < 100; ++i) speaker.emit("tell", "\"ward\"," + std::to_string(i));

  server.reset();

  EXPECT_EQ(silent.read_some(), "");
  EXPECT_EQ(mid_request.read_some(), "");
  EXPECT_EQ(probe.receive_close(), 1006U);
  EXPECT_EQ(waiting.finish_poll().status, 0U);
  member.websocket().receive_close();
}

TEST_P(Shutdown, StopsWhileEverybodySpeaks) {
  auto server = std::make_unique<EchoServer>(GetParam());
  std::vector<std::unique_ptr<SocketIoClient>> clients;
  for (int i = 0; i < 8; ++i) clients.push_back(std::make_unique<SocketIoClient>(server->port()));
  std::vector<std::thread> speakers;
  for (const auto& client : clients) {
    speakers.emplace_back([&client] {
      while (client->call("shout", "1") == "[]") client->heard();
    });
  }
  HttpClient bystander(server->port());
  for (int i = 0; i < 20; ++i) bystander.request("GET", "/shard");

  server.reset();

  for (std::thread& speaker : speakers) speaker.join();
  EXPECT_EQ(bystander.request("GET", "/shard").status, 0U);
}

TEST_P(Shutdown, TellsClientsThatTheirSessionsEnd) {
  EchoServer echo(GetParam());
  SocketIoClient websocket(echo.port());
  PollingClient waiting(echo.port());
  waiting.join();
  waiting.begin_poll();
  HttpClient kept_alive(echo.port());
  EXPECT_EQ(kept_alive.request("GET", "/shard").status, 200U);

  echo.server().stop_accepting();
  echo.server().close_sessions(milliseconds(50));

  EXPECT_EQ(websocket.websocket().receive_close(), 1000U);
  EXPECT_EQ(waiting.finish_poll().body, "1");
  EXPECT_EQ(echo.departure(), "forced close");
  EXPECT_EQ(echo.departure(), "forced close");
  const HttpAnswer late = kept_alive.request("GET", "/socket.io/?EIO=4&transport=polling");
  EXPECT_EQ(late.status, 503U);
  EXPECT_EQ(late.headers.at("retry-after"), "1");
  EXPECT_EQ(echo.session_count(), 0U);
}

}  // namespace
}  // namespace quickclinic::testing
