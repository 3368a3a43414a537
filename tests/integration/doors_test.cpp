#include "tests/integration/echo_server.hpp"
#include "tests/support/polling_client.hpp"
#include "tests/support/websocket_client.hpp"
#include "transport/address_count.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace quickclinic::testing {
namespace {

constexpr std::string_view handshake = "/socket.io/?EIO=4&transport=polling";

TEST(Door, BesideTheFirstHasTheApplicationsRequestsAlone) {
  EchoServer echo(1, [](transport::Options& options) {
    options.endpoints = {{.host = "127.0.0.1", .door = {.number = 7}}};
  });
  HttpClient beside(echo.server().ports().back());

  EXPECT_NE(echo.server().ports().back(), echo.port());
  EXPECT_EQ(beside.request("GET", "/shard").status, 200U);
  // The application answers everything; a session begins at the first door alone.
  EXPECT_EQ(beside.request("GET", handshake).body, beside.request("GET", "/shard").body);
  EXPECT_EQ(echo.session_count(), 0U);
  EXPECT_TRUE(HttpClient(echo.port()).request("GET", handshake).body.starts_with("0{"));
}

TEST(HandshakeLimit, IsAnsweredWithWhenToTryAgain) {
  EchoServer echo(1, [](transport::Options& options) {
    options.handshake_limit =
        [](const transport::PeerAddress& client) -> transport::HandshakeVerdict {
      if (!client.loopback()) return {};
      return {.retry_after = std::chrono::seconds(7), .message = "Enough"};
    };
  });

  const HttpAnswer polling = HttpClient(echo.port()).request("GET", handshake);

  EXPECT_EQ(polling.status, 429U);
  EXPECT_EQ(polling.headers.at("retry-after"), "7");
  EXPECT_EQ(polling.body, R"({"error":"Enough"})");
  EXPECT_EQ(
      HttpClient(echo.port())
          .request("GET", "/socket.io/?EIO=4&transport=websocket", {},
                   "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")
          .status,
      429U);
  EXPECT_EQ(echo.session_count(), 0U);
}

TEST(HandshakeLimit, KeepsItsTicketAsLongAsTheSessionLasts) {
  const auto ticket = std::make_shared<int>(0);
  EchoServer echo(1, [&ticket](transport::Options& options) {
    options.handshake_limit = [&ticket](const transport::PeerAddress&) {
      return transport::HandshakeVerdict{.ticket = ticket};
    };
  });
  PollingClient client(echo.port());
  client.join();
  EXPECT_EQ(ticket.use_count(), 2);

  client.post("1");

  EXPECT_TRUE(echo.comes_to_have_sessions(0));
  HttpClient(echo.port()).request("GET", "/shard");  // behind the batch in which the session went
  EXPECT_EQ(ticket.use_count(), 1);
}

TEST(ConnectionsPerAddress, AreClosedWhenTheyAreTooMany) {
  EchoServer echo(1, [](transport::Options& options) {
    options.connections_per_address = std::make_shared<transport::AddressCount>(2);
  });
  HttpClient one(echo.port());
  EXPECT_EQ(one.request("GET", "/shard").status, 200U);
  {
    HttpClient two(echo.port());
    EXPECT_EQ(two.request("GET", "/shard").status, 200U);
    EXPECT_EQ(HttpClient(echo.port()).request("GET", "/shard").status, 0U);
  }

  unsigned status = 0;
  while (status != 200) status = HttpClient(echo.port()).request("GET", "/shard").status;
  EXPECT_EQ(one.request("GET", "/shard").status, 200U);
}

TEST(ConnectionsPerAddress, DoNotCountThoseOfTrustedProxies) {
  EchoServer echo(1, [](transport::Options& options) {
    options.connections_per_address = std::make_shared<transport::AddressCount>(0);
    options.proxies = *transport::TrustedProxies::parse("loopback");
  });

  EXPECT_EQ(HttpClient(echo.port()).request("GET", "/shard").status, 200U);
}

}  // namespace
}  // namespace quickclinic::testing
