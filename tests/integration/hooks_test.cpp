#include "tests/integration/echo_server.hpp"
#include "tests/support/polling_client.hpp"
#include "tests/support/websocket_client.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace quickclinic::testing {
namespace {

using transport::Admittance;
using transport::ConnectionError;
using transport::HeaderList;
using transport::HttpRequest;
using transport::Options;
using transport::PeerAddress;

constexpr std::string_view polling = "/socket.io/?EIO=4&transport=polling";
constexpr std::string_view websocket = "/socket.io/?EIO=4&transport=websocket";
constexpr std::string_view upgrade =
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";

HttpAnswer get(const EchoServer& echo, std::string_view target, std::string_view headers = {}) {
  return HttpClient(echo.port()).request("GET", target, {}, headers);
}

TEST(AllowRequest, RefusesWithAMessageOverBothTransports) {
  EchoServer echo(1, [](Options& options) {
    options.hooks.allow_request = [](const HttpRequest& request, const PeerAddress& peer,
                                     const Admittance& admittance) {
      EXPECT_EQ(peer.text(), "127.0.0.1");
      if (request.query.ends_with("&silent")) return admittance.refuse();
      if (request.query.ends_with("&deny")) return admittance.refuse("not \"you\"");
      admittance.allow();
    };
  });

  const HttpAnswer over_polling = get(echo, std::string(polling) + "&deny");
  const HttpAnswer over_websocket = get(echo, std::string(websocket) + "&deny", upgrade);

  EXPECT_EQ(over_polling.status, 403U);
  EXPECT_EQ(over_polling.headers.at("content-type"), "application/json");
  EXPECT_EQ(over_polling.body, R"({"code":4,"message":"not \"you\""})");
  EXPECT_EQ(over_websocket.status, 403U);
  EXPECT_EQ(over_websocket.headers.at("connection"), "close");
  EXPECT_EQ(over_websocket.body, over_polling.body);
  EXPECT_EQ(get(echo, std::string(polling) + "&silent").body,
            R"({"code":4,"message":"Forbidden"})");
  EXPECT_EQ(echo.session_count(), 0U);
  EXPECT_EQ(get(echo, polling).status, 200U);
  EXPECT_EQ(WebSocketClient(echo.port()).receive_text().substr(0, 8), R"(0{"sid":)");
}

TEST(AllowRequest, IsNotAskedAgainInASession) {
  std::atomic<int> asked = 0;
  EchoServer echo(1, [&asked](Options& options) {
    options.hooks.allow_request = [&asked](const HttpRequest&, const PeerAddress&,
                                           const Admittance& admittance) {
      ++asked;
      admittance.allow();
    };
  });

  PollingClient client(echo.port());
  client.join();
  WebSocketClient upgraded(echo.port(), client.target("websocket"));
  upgraded.send("2probe");

  EXPECT_EQ(upgraded.receive_text(), "3probe");
  EXPECT_EQ(asked, 1);
}

// A server whose hook leaves each decision to the test.
class AllowRequestLater : public ::testing::Test {
 protected:
  AllowRequestLater()
      : echo(1, [this](Options& options) {
          options.hooks.allow_request = [this](const HttpRequest&, const PeerAddress&,
                                               const Admittance& admittance) {
            asked.set_value(admittance);
          };
        }) {}

  // Does it on the shard, and waits until it is done.
  void on_shard(const std::function<void()>& work) {
    std::promise<void> done;
    echo.server().shard(0).post([&work, &done] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }

  std::promise<Admittance> asked;
  EchoServer echo;
};

TEST_F(AllowRequestLater, LetsIn) {
  HttpClient client(echo.port());
  client.send("GET", polling);
  const Admittance admittance = asked.get_future().get();
  EXPECT_EQ(&admittance.shard(), &echo.server().shard(0));

  on_shard([&admittance] { admittance.allow(); });

  EXPECT_EQ(client.receive().body.substr(0, 8), R"(0{"sid":)");
  EXPECT_EQ(echo.session_count(), 1U);
}

TEST_F(AllowRequestLater, LetsAWebSocketInThatHasAlreadySpoken) {
  HttpClient client(echo.port());
  client.socket().write(HttpClient::format("GET", websocket, {}, upgrade) +
                        transport::encode({.payload = "40"}));
  const Admittance admittance = asked.get_future().get();

  on_shard([&admittance] { admittance.allow(); });

  EXPECT_EQ(client.receive().status, 101U);
  std::string heard = client.take_rest();
  while (heard.find(R"(40{"sid":)") == std::string::npos) {
    const std::string more = client.socket().read_some();
    ASSERT_FALSE(more.empty());
    heard += more;
  }
}

TEST_F(AllowRequestLater, CountsTheFirstDecisionAlone) {
  HttpClient client(echo.port());
  client.send("GET", polling);
  const Admittance admittance = asked.get_future().get();

  on_shard([&admittance] {
    admittance.refuse("no");
    admittance.allow();
  });

  EXPECT_EQ(client.receive().body, R"({"code":4,"message":"no"})");
  EXPECT_EQ(echo.session_count(), 0U);
}

TEST_F(AllowRequestLater, ForgetsAClientThatDoesNotWait) {
  HttpClient client(echo.port());
  client.send("GET", polling);
  const Admittance admittance = asked.get_future().get();
  client.socket().close();
  EXPECT_EQ(get(echo, "/shard").status, 200U);  // by then the shard has seen it close

  on_shard([&admittance] { admittance.allow(); });

  EXPECT_EQ(echo.session_count(), 0U);
}

TEST(AllowRequestNever, IsARefusalInTime) {
  EchoServer echo(1, [](Options& options) {
    options.hooks.allow_request = [](const HttpRequest&, const PeerAddress&, const Admittance&) {};
    options.patience.admittance = std::chrono::milliseconds(20);
  });

  EXPECT_EQ(get(echo, polling).body, R"({"code":4,"message":"Forbidden"})");
}

TEST(HeaderHooks, AddToEveryAnswerOfASession) {
  EchoServer echo(1, [](Options& options) {
    options.hooks.initial_headers = [](HeaderList& headers, const HttpRequest&) {
      headers.emplace_back("Set-Cookie", "1=1; Max-Age=86400");
      headers.emplace_back("Set-Cookie", "2=2; Path=/");
    };
    options.hooks.headers = [](HeaderList& headers, const HttpRequest& request) {
      headers.emplace_back("X-Method", request.method);
    };
  });
  HttpClient client(echo.port());

  const HttpAnswer opened = client.request("GET", polling);
  const std::string target = std::string(polling) + "&sid=" + session_of(opened.body);
  HttpClient waiting(echo.port());
  waiting.send("GET", target);
  const HttpAnswer posted = client.request("POST", target, "40");
  const HttpAnswer polled = waiting.receive();

  EXPECT_EQ(opened.headers.at("set-cookie"), "1=1; Max-Age=86400\n2=2; Path=/");
  EXPECT_EQ(opened.headers.at("x-method"), "GET");
  EXPECT_EQ(posted.headers.at("x-method"), "POST");
  EXPECT_EQ(polled.headers.at("x-method"), "GET");
  EXPECT_FALSE(polled.headers.contains("set-cookie"));
}

TEST(HeaderHooks, AddToTheAnswerOfAWebSocketHandshake) {
  EchoServer echo(1, [](Options& options) {
    options.hooks.initial_headers = [](HeaderList& headers, const HttpRequest&) {
      headers.emplace_back("Set-Cookie", "a=1");
      headers.emplace_back("X-Bad", "1\r\nX-Split: 2");
    };
    options.hooks.headers = [](HeaderList& headers, const HttpRequest&) {
      headers.emplace_back("X-Each", "yes");
    };
  });

  const HttpAnswer direct = get(echo, websocket, upgrade);
  PollingClient session(echo.port());
  const HttpAnswer upgraded = get(echo, session.target("websocket"), upgrade);

  EXPECT_EQ(direct.status, 101U);
  EXPECT_EQ(direct.headers.at("set-cookie"), "a=1");
  EXPECT_EQ(direct.headers.at("x-each"), "yes");
  EXPECT_FALSE(direct.headers.contains("x-split"));
  EXPECT_EQ(upgraded.status, 101U);
  EXPECT_EQ(upgraded.headers.at("x-each"), "yes");
  EXPECT_FALSE(upgraded.headers.contains("set-cookie"));
}

TEST(StickyCookie, NamesTheSessionInTheFirstAnswerAlone) {
  EchoServer echo(1, [](Options& options) { options.cookie.emplace(); });
  HttpClient client(echo.port());

  const HttpAnswer opened = client.request("GET", polling);
  const std::string sid = session_of(opened.body);
  const HttpAnswer posted = client.request("POST", std::string(polling) + "&sid=" + sid, "40");

  EXPECT_EQ(opened.headers.at("set-cookie"), "io=" + sid + "; Path=/; HttpOnly; SameSite=Lax");
  EXPECT_FALSE(posted.headers.contains("set-cookie"));
}

TEST(ConnectionErrors, AreAnsweredAndToldOverBothTransports) {
  std::mutex mutex;
  std::vector<std::string> told;
  EchoServer echo(1, [&mutex, &told](Options& options) {
    options.hooks.connection_error = [&mutex, &told](const HttpRequest&,
                                                     const ConnectionError& error) {
      const std::lock_guard lock(mutex);
      told.push_back(std::to_string(error.code) + " " + std::string(error.message));
    };
    options.origin = [](const HttpRequest& request) {
      return transport::OriginVerdict{.refused = request.header("Origin").has_value(),
                                      .allow_origin = {}};
    };
  });
  const std::string nobody = "&sid=AAAAAAAAAAAAAAAAAAAAAA";
  const std::string alien(upgrade);
  const struct {
    std::string_view method;
    std::string target;
    std::string headers;
    unsigned code;
    std::string_view message;
  } table[] = {
      {"GET", "/socket.io/?EIO=4&transport=tcp", {}, 0, "Transport unknown"},
      {"GET", "/socket.io/?EIO=4", alien, 0, "Transport unknown"},
      {"GET", std::string(polling) + nobody, {}, 1, "Session ID unknown"},
      {"GET", std::string(websocket) + nobody, alien, 1, "Session ID unknown"},
      {"POST", std::string(polling), {}, 2, "Bad handshake method"},
      {"GET", std::string(websocket), {}, 3, "Bad request"},
      {"GET", std::string(polling), alien, 3, "Bad request"},
      {"GET", std::string(polling), "Origin: http://x.test\r\n", 4, "Forbidden"},
      {"GET", std::string(websocket), alien + "Origin: http://x.test\r\n", 4, "Forbidden"},
      {"GET", "/socket.io/?EIO=3&transport=polling", {}, 5, "Unsupported protocol version"},
      {"GET", "/socket.io/?transport=websocket", alien, 5, "Unsupported protocol version"},
  };
  for (const auto& [method, target, headers, code, message] : table) {
    SCOPED_TRACE(target);
    const HttpAnswer answer = HttpClient(echo.port()).request(method, target, {}, headers);

    EXPECT_EQ(answer.status, code == 4 ? 403U : 400U);
    EXPECT_EQ(answer.headers.at("content-type"), "application/json");
    EXPECT_EQ(answer.body, "{\"code\":" + std::to_string(code) + ",\"message\":\"" +
                               std::string(message) + "\"}");
    const std::lock_guard lock(mutex);
    EXPECT_EQ(std::exchange(told, {}),
              std::vector{std::to_string(code) + " " + std::string(message)});
  }
}

}  // namespace
}  // namespace quickclinic::testing
