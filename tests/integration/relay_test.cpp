#include "engineio/handshake.hpp"
#include "tests/integration/echo_server.hpp"
#include "tests/support/polling_client.hpp"
#include "tests/support/websocket_client.hpp"
#include "transport/endpoint.hpp"
#include "transport/hop.hpp"
#include "transport/node_directory.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace quickclinic::testing {
namespace {

using std::chrono::milliseconds;
using transport::FileDescriptor;
using transport::KnownNode;
using transport::NodeAddress;
using transport::PassedOn;
using transport::Shard;

constexpr std::string_view unknown_session = R"({"code":1,"message":"Session ID unknown"})";
constexpr std::string_view elsewhere =
    R"({"code":1,"message":"Session ID unknown here: it is another instance's, )"
    R"(which its requests have to reach by sticky sessions"})";
constexpr std::string_view key = "what both nodes know";

class Directory final : public transport::NodeDirectory {
 public:
  std::optional<KnownNode> find(std::string_view name) const override {
    const std::lock_guard lock(mutex_);
    const auto found = nodes_.find(std::string(name));
    return found == nodes_.end() ? std::nullopt : std::optional(found->second);
  }
  void set(const std::string& name, KnownNode node) {
    const std::lock_guard lock(mutex_);
    nodes_[name] = std::move(node);
  }
  void set(const std::string& name, std::uint16_t port) {
    set(name, {.address = NodeAddress{"127.0.0.1", port}});
  }
  void forget(const std::string& name) {
    const std::lock_guard lock(mutex_);
    nodes_.erase(name);
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, KnownNode> nodes_;
};

// A session lives on `owner`; `other` gets its requests.
class Relay : public ::testing::TestWithParam<unsigned> {
 protected:
  explicit Relay(unsigned shards = GetParam())
      : owner(shards, [&](transport::Options& options) { join(options, "owner_"); }),
        other(shards, [&](transport::Options& options) {
          join(options, "other_");
          options.node.limits.answer = milliseconds(300);
          options.node.limits.look = milliseconds(50);
        }) {
    directory->set("owner_", owner.port());
    directory->set("other_", other.port());
  }

  void join(transport::Options& options, std::string name) {
    options.node.name = std::move(name);
    options.node.others = directory;
    options.node.key = key;
  }

  // Of all shards, as they know it.
  static std::uint64_t sum(EchoServer& server, const std::function<std::uint64_t(Shard&)>& of) {
    std::uint64_t sum = 0;
    for (unsigned i = 0; i < server.server().shard_count(); ++i) {
      Shard& shard = server.server().shard(i);
      std::promise<std::uint64_t> told;
      shard.post([&] { told.set_value(of(shard)); });
      sum += told.get_future().get();
    }
    return sum;
  }
  static std::uint64_t count(EchoServer& server, PassedOn result) {
    return sum(server, [&](Shard& shard) { return shard.counters().passed_on[result]; });
  }
  std::uint64_t under_way() {
    return sum(other, [](Shard& shard) { return shard.passed_on_count(); });
  }

  std::string stranger(std::string_view node) const {
    return "/socket.io/?EIO=4&transport=polling&sid=" + engineio::new_session_id(0, node).text();
  }

  std::shared_ptr<Directory> directory = std::make_shared<Directory>();
  EchoServer owner;
  EchoServer other;
};
INSTANTIATE_TEST_SUITE_P(Shards, Relay, ::testing::Values(1U, 3U));

TEST_P(Relay, CarriesPollsAndPostsToTheOwnerAndBack) {
  PollingClient client(owner.port());
  HttpClient posts(other.port());
  HttpClient gets(other.port());

  EXPECT_EQ(posts.request("POST", client.target(), "40").body, "ok");
  EXPECT_TRUE(gets.request("GET", client.target()).body.starts_with("40{"));
  gets.send("GET", client.target());
  EXPECT_EQ(posts.request("POST", client.target(), R"(42["echo",1])").body, "ok");
  const HttpAnswer answer = gets.receive();

  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.body, R"(42["echo",1])");
  EXPECT_EQ(answer.headers.at("content-type"), "text/plain; charset=UTF-8");
  EXPECT_EQ(count(other, PassedOn::answered), 4U);
  EXPECT_EQ(other.session_count(), 0U);
}

TEST_P(Relay, CarriesAnUpgradeAndTheFramesAfterIt) {
  PollingClient client(owner.port());
  client.join();
  client.begin_poll();
  WebSocketClient websocket(other.port(), client.target("websocket"));

  websocket.send("2probe");
  EXPECT_EQ(websocket.receive_text(), "3probe");
  EXPECT_EQ(client.finish_poll().body, "6");
  websocket.send("5");
  websocket.send(R"(42["echo",1])");
  EXPECT_EQ(websocket.receive_text(), R"(42["echo",1])");
  websocket.send("41");
  websocket.send("1");

  EXPECT_EQ(owner.departure(), "client namespace disconnect");
  EXPECT_EQ(websocket.receive_close(), 1000U);
  EXPECT_EQ(count(other, PassedOn::upgraded), 1U);
}

TEST_P(Relay, TellsTheOwnerThatAClientHasGone) {
  PollingClient client(owner.port());
  client.join();
  {
    WebSocketClient websocket(other.port(), client.target("websocket"));
    websocket.send("2probe");
    EXPECT_EQ(websocket.receive_text(), "3probe");
    websocket.send("5");
    websocket.send(R"(42["echo",1])");
    EXPECT_EQ(websocket.receive_text(), R"(42["echo",1])");
  }
  EXPECT_EQ(owner.departure(), "transport close");

  PollingClient second(owner.port());
  second.join();
  {
    HttpClient gets(other.port());
    HttpClient posts(other.port());
    gets.send("GET", second.target());
    EXPECT_EQ(posts.request("POST", second.target(), R"(42["leave","x"])").status, 200U);
  }
  EXPECT_EQ(owner.departure(), "transport error");
}

TEST_P(Relay, CarriesLargeBodiesToAClientThatReadsSlowly) {
  PollingClient client(owner.port());
  client.join();
  const std::string large(990'000, 'x');
  HttpClient posts(other.port());
  HttpClient gets(other.port(), {.receive_buffer_bytes = 4096});
  const std::string event = "42[\"echo\",\"" + large + "\"]";

  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(posts.request("POST", client.target(), event).body, "ok");
  }
  // Ahead of the answer, and answered behind it.
  gets.send("GET", client.target());
  gets.send("GET", "/shard");

  const HttpAnswer answer = gets.receive();
  EXPECT_TRUE(answer.body == event);
  EXPECT_EQ(gets.receive().body.size(), 1U);
  // What did not fit into the first.
  EXPECT_TRUE(gets.request("GET", client.target()).body == event);
}

TEST_P(Relay, CarriesMuchThroughAWebSocketBothWays) {
  PollingClient client(owner.port());
  client.join();
  WebSocketClient websocket(other.port(), client.target("websocket"),
                            {.receive_buffer_bytes = 4096});
  websocket.send("2probe");
  EXPECT_EQ(websocket.receive_text(), "3probe");
  websocket.send("5");
  const std::string event = "42[\"echo\",\"" + std::string(900'000, 'x') + "\"]";

  for (int i = 0; i < 3; ++i) websocket.send(event);

  for (int i = 0; i < 3; ++i) EXPECT_TRUE(websocket.receive_text() == event);
}

TEST_P(Relay, KeepsPipelinedRequestsInOrder) {
  PollingClient client(owner.port());
  client.join();
  HttpClient stranger(other.port());
  std::string requests;
  for (int i = 0; i < 3; ++i) {
    requests += HttpClient::format("POST", client.target(), R"(42["echo",1])");
    requests += HttpClient::format("GET", client.target());
    requests += HttpClient::format("GET", "/shard");
  }

  stranger.socket().write(requests);

  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(stranger.receive().body, "ok");
    EXPECT_EQ(stranger.receive().body, R"(42["echo",1])");
    EXPECT_EQ(stranger.receive().body.size(), 1U);
  }
}

TEST_P(Relay, RefusesAtOnceWhereTheOwnerIsUnknownOrGone) {
  // A port that nobody listens to.
  auto socket = transport::open_listening_socket({.host = "127.0.0.1"});
  ASSERT_TRUE(socket);
  directory->set("dead__", transport::local_port(socket->get()));
  socket->reset();
  directory->set("silent", KnownNode{});
  HttpClient client(other.port());

  for (const std::string_view node : {"nobody", "dead__", "silent", "other_"}) {
    const HttpAnswer answer = client.request("GET", stranger(node));
    EXPECT_EQ(answer.status, 400U) << node;
    EXPECT_EQ(answer.body, node == "silent" ? elsewhere : unknown_session) << node;
  }
  EXPECT_EQ(count(other, PassedOn::gone), 2U);
  EXPECT_EQ(count(other, PassedOn::no_address), 1U);
}

TEST_P(Relay, RefusesASessionThatTheOwnerDoesNotHave) {
  HttpClient client(other.port());

  const HttpAnswer answer = client.request("POST", stranger("owner_"), "40");

  EXPECT_EQ(answer.status, 400U);
  EXPECT_EQ(answer.body, unknown_session);
}

TEST_P(Relay, PassesNothingOnTwice) {
  // Each takes the other one for the owner.
  directory->set("third_", owner.port());
  HttpClient client(other.port());

  const HttpAnswer answer = client.request("GET", stranger("third_"));

  EXPECT_EQ(answer.status, 400U);
  EXPECT_EQ(answer.body, unknown_session);
  EXPECT_EQ(count(owner, PassedOn::answered), 0U);
  EXPECT_EQ(count(other, PassedOn::answered), 1U);
}

TEST_P(Relay, GivesUpAnOwnerThatDoesNotAnswer) {
  auto socket = transport::open_listening_socket({.host = "127.0.0.1"});
  ASSERT_TRUE(socket);
  directory->set("asleep", transport::local_port(socket->get()));
  HttpClient client(other.port());

  const HttpAnswer answer = client.request("POST", stranger("asleep"), "40");

  EXPECT_EQ(answer.status, 503U);
  EXPECT_EQ(answer.body, R"({"error":"The session's instance does not answer"})");
  EXPECT_EQ(count(other, PassedOn::timed_out), 1U);
  EXPECT_EQ(client.request("GET", "/shard").status, 200U);
}

TEST_P(Relay, GivesUpAnOwnerThatIsForgottenMeanwhile) {
  auto socket = transport::open_listening_socket({.host = "127.0.0.1"});
  ASSERT_TRUE(socket);
  directory->set("asleep", transport::local_port(socket->get()));
  HttpClient client(other.port());

  client.send("GET", stranger("asleep"));  // which may wait as long as a heartbeat takes
  while (under_way() == 0) std::this_thread::yield();
  directory->forget("asleep");

  EXPECT_EQ(client.receive().status, 503U);
}

TEST_P(Relay, SaysSoWhenTheOwnerBreaksOff) {
  for (const std::string_view said :
       {"", "HTTP/1.1 200 OK\r\n", "nonsense\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab"}) {
    FileDescriptor socket(::socket(AF_INET, SOCK_STREAM, 0));
    ASSERT_EQ(::listen(socket.get(), 1), 0);  // at a free port of any address
    directory->set("breaks", transport::local_port(socket.get()));
    HttpClient client(other.port());
    client.send("GET", stranger("breaks"));
    FileDescriptor accepted(::accept(socket.get(), nullptr, nullptr));
    std::array<char, 4096> buffer{};
    ASSERT_GT(::recv(accepted.get(), buffer.data(), buffer.size(), 0), 0);
    ASSERT_EQ(::send(accepted.get(), said.data(), said.size(), 0), std::ssize(said));
    accepted.reset();

    const HttpAnswer answer = client.receive();
    // What has begun cannot be taken back.
    EXPECT_EQ(answer.status, said.ends_with("ab") ? 0U : 502U) << said;
  }
}

TEST_P(Relay, TakesAForgedHopForAnOrdinaryRequest) {
  PollingClient client(owner.port());
  const std::string sealed = transport::seal_hop({}, client.sid(), "another key");
  const std::string header =
      std::string(transport::hop_header) + ": " + sealed + "\r\nX-Forwarded-For: 6.6.6.6\r\n";

  EXPECT_EQ(HttpClient(other.port()).request("POST", client.target(), "40", header).body, "ok");
  EXPECT_EQ(
      HttpClient(owner.port()).request("POST", client.target(), R"(42["echo",1])", header).body,
      "ok");
  EXPECT_TRUE(client.poll().body.starts_with("40{"));
}

TEST_P(Relay, UsesAConnectionForOneRequestAfterTheOther) {
  PollingClient client(owner.port());
  HttpClient posts(other.port());
  const auto accepted = [&] {
    return sum(owner, [](Shard& shard) { return shard.counters().connections_accepted; });
  };
  posts.request("POST", client.target(), "40");
  const std::uint64_t before = accepted();

  for (int i = 0; i < 10; ++i) posts.request("POST", client.target(), R"(42["echo",1])");

  EXPECT_EQ(accepted(), before);
}

TEST(RelayLimits, RefuseWhatIsTooMuch) {
  const auto directory = std::make_shared<Directory>();
  EchoServer server(1, [&](transport::Options& options) {
    options.node = {.name = "server", .others = directory, .key = std::string(key)};
    options.node.limits.requests_max = 1;
    options.node.limits.body_bytes_max = 10;
  });
  auto socket = transport::open_listening_socket({.host = "127.0.0.1"});
  ASSERT_TRUE(socket);
  directory->set("asleep", transport::local_port(socket->get()));
  const std::string target =
      "/socket.io/?EIO=4&transport=polling&sid=" + engineio::new_session_id(0, "asleep").text();
  HttpClient client(server.port());

  EXPECT_EQ(client.request("POST", target, "more than ten").status, 503U);
  client.send("GET", target);
  const HttpAnswer second = HttpClient(server.port()).request("GET", target);

  EXPECT_EQ(second.status, 503U);
  EXPECT_EQ(second.body, R"({"error":"Too many requests for other instances"})");
}

TEST(NodesDoor, IsForWhatOtherNodesPassOnAlone) {
  EchoServer echo(1, [](transport::Options& options) {
    options.node = {.name = "server", .others = {}, .key = std::string(key)};
    options.endpoints = {{.host = "127.0.0.1", .door = {.plain = true, .for_nodes = true}}};
  });
  PollingClient client(echo.port());
  HttpClient beside(echo.server().ports().back());
  const std::string hop = std::string(transport::hop_header) + ": " +
                          transport::seal_hop({}, client.sid(), key) + "\r\n";

  EXPECT_EQ(beside.request("GET", "/shard").status, 404U);
  EXPECT_EQ(beside.request("GET", "/socket.io/?EIO=4&transport=polling").status, 400U);
  EXPECT_EQ(beside.request("POST", client.target(), "40").status, 400U);
  EXPECT_EQ(beside.request("POST", client.target(), "40", hop).body, "ok");
}

}  // namespace
}  // namespace quickclinic::testing
