#include "tests/integration/echo_server.hpp"
#include "tests/support/websocket_client.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace quickclinic::testing {
namespace {

class UnixEndpoint : public ::testing::TestWithParam<unsigned> {
 protected:
  UnixEndpoint() {
    std::string name = (std::filesystem::temp_directory_path() / "quickclinic-XXXXXX").string();
    folder = ::mkdtemp(name.data());
    path = (folder / "socket").string();
  }
  ~UnixEndpoint() override { std::filesystem::remove_all(folder); }

  EchoServer::Adjust listen_there() {
    return [this](transport::Options& options) { options.endpoints = {{.host = "unix:" + path}}; };
  }

  std::filesystem::path folder;
  std::string path;
};
INSTANTIATE_TEST_SUITE_P(Shards, UnixEndpoint, ::testing::Values(1U, 4U));

TEST_P(UnixEndpoint, IsServedBesideAPort) {
  EchoServer echo(GetParam(), listen_there());
  HttpClient over_port(echo.port());
  HttpClient over_file{LoopbackSocket(path)};

  EXPECT_EQ(over_port.request("GET", "/shard").status, 200U);
  EXPECT_EQ(over_file.request("GET", "/shard").status, 200U);
}

TEST_P(UnixEndpoint, CarriesSessions) {
  EchoServer echo(GetParam(), listen_there());
  WebSocketClient client{HttpClient(LoopbackSocket(path))};

  client.receive_text();
  client.send("40");
  client.receive_text();
  client.send(R"(42["echo",1])");

  EXPECT_EQ(client.receive_text(), R"(42["echo",1])");
}

TEST_P(UnixEndpoint, ServesACrowd) {
  EchoServer echo(GetParam(), listen_there());

  std::vector<HttpClient> clients;
  for (int i = 0; i < 100; ++i) {
    clients.emplace_back(LoopbackSocket(path));
    clients.back().send("GET", "/shard");
  }

  for (HttpClient& client : clients) EXPECT_EQ(client.receive().status, 200U);
}

TEST_P(UnixEndpoint, IsFreeForTheNextServerWhileThisOneDrains) {
  EchoServer first(GetParam(), listen_there());
  HttpClient old{LoopbackSocket(path)};
  EXPECT_EQ(old.request("GET", "/shard").status, 200U);

  first.server().stop_accepting();
  EXPECT_FALSE(std::filesystem::exists(path));
  EchoServer second(GetParam(), listen_there());
  first.server().stop();

  HttpClient client{LoopbackSocket(path)};
  EXPECT_EQ(client.request("GET", "/shard").status, 200U);
}

TEST(UnixEndpointAlone, NeedsNoPort) {
  std::string name = (std::filesystem::temp_directory_path() / "quickclinic-XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(name.data());
  {
    EchoServer echo(2, [&](transport::Options& options) {
      options.endpoint = {.host = "unix:" + (folder / "socket").string()};
    });
    EXPECT_EQ(echo.port(), 0);
    HttpClient client{LoopbackSocket((folder / "socket").string())};
    EXPECT_EQ(client.request("GET", "/shard").status, 200U);
  }

  EXPECT_TRUE(std::filesystem::is_empty(folder));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace quickclinic::testing
