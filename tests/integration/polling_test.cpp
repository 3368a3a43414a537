#include "tests/integration/echo_server.hpp"
#include "tests/support/polling_client.hpp"

#include <gtest/gtest.h>

namespace quickclinic::testing {
namespace {

constexpr std::string_view unknown_session = R"({"code":1,"message":"Session ID unknown"})";
constexpr std::string_view bad_request = R"({"code":3,"message":"Bad request"})";

class Polling : public ::testing::TestWithParam<unsigned> {
 protected:
  Polling() : client(echo.port()) { client.join(); }

  void expect_gone() {
    const HttpAnswer later = client.poll();
    EXPECT_EQ(later.status, 400U);
    EXPECT_EQ(later.body, unknown_session);
    EXPECT_EQ(echo.session_count(), 0U);
  }

  // After `join` both connections of the client are on the session's shard, so what is sent over
  // one is seen before what is sent over the other later.
  EchoServer echo{GetParam()};
  PollingClient client;
};
INSTANTIATE_TEST_SUITE_P(Shards, Polling, ::testing::Values(1U, 4U));

TEST_P(Polling, AnswersAGetThatWaitsWithWhatComesLater) {
  client.begin_poll();

  const HttpAnswer posted = client.post(R"(42["echo",1])");

  EXPECT_EQ(posted.status, 200U);
  EXPECT_EQ(posted.body, "ok");
  const HttpAnswer polled = client.finish_poll();
  EXPECT_EQ(polled.status, 200U);
  EXPECT_EQ(polled.headers.at("content-type"), "text/plain; charset=UTF-8");
  EXPECT_EQ(polled.body, R"(42["echo",1])");
}

TEST_P(Polling, JoinsWhatHasGatheredInOneBody) {
  client.post(
      "42[\"echo\",1]\x1e"
      R"(42["echo",2])");

  EXPECT_EQ(client.poll().body,
            "42[\"echo\",1]\x1e"
            R"(42["echo",2])");
}

TEST_P(Polling, CarriesBinaryAttachmentsAsBase64) {
  client.post(
      "451-[\"echo\",{\"_placeholder\":true,\"num\":0}]\x1e"
      "bAAEC");

  EXPECT_EQ(client.poll().body,
            "451-[\"echo\",{\"_placeholder\":true,\"num\":0}]\x1e"
            "bAAEC");
}

TEST_P(Polling, EndsTheSessionOnASecondGet) {
  client.begin_poll();

  const HttpAnswer second = client.posts().request("GET", client.target());

  EXPECT_EQ(client.finish_poll().body, "1");
  EXPECT_EQ(second.status, 400U);
  EXPECT_EQ(second.body, bad_request);
  EXPECT_EQ(echo.departure(), "transport error");
  expect_gone();
}

TEST_P(Polling, EndsTheSessionWhenTheClientSaysSo) {
  client.begin_poll();

  const HttpAnswer posted = client.post("1");

  EXPECT_EQ(posted.status, 200U);
  EXPECT_EQ(client.finish_poll().body, "6");
  EXPECT_EQ(echo.departure(), "transport close");
  expect_gone();
}

TEST_P(Polling, EndsTheSessionWhenAGetIsAbandoned) {
  client.begin_poll();

  client.gets().socket().close();

  EXPECT_EQ(echo.departure(), "transport error");
  EXPECT_EQ(client.post("42[\"echo\"]").body, unknown_session);
}

TEST_P(Polling, LivesOnWhenAPostIsAbandoned) {
  HttpClient careless(echo.port());
  careless.socket().write("POST " + client.target() +
                          " HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n42[\"echo\"");

  careless.socket().reset();

  client.post(R"(42["echo",1])");
  EXPECT_EQ(client.poll().body, R"(42["echo",1])");
}

TEST_P(Polling, RefusesBinaryBodiesAndLivesOn) {
  const HttpAnswer refused = client.posts().request("POST", client.target(), "x",
                                                    "Content-Type: application/octet-stream\r\n");

  EXPECT_EQ(refused.status, 400U);
  client.post(R"(42["echo",1])");
  EXPECT_EQ(client.poll().body, R"(42["echo",1])");
}

TEST(PollingOrigin, MayReadThatABinaryBodyIsRefused) {
  EchoServer echo(1, [](transport::Options& options) {
    options.origin = [](const transport::HttpRequest&) {
      return transport::OriginVerdict{.allow_origin = "http://page"};
    };
  });
  PollingClient client(echo.port());

  HttpAnswer refused = client.posts().request("POST", client.target(), "x",
                                              "Content-Type: application/octet-stream\r\n");

  EXPECT_EQ(refused.status, 400U);
  EXPECT_EQ(refused.headers["access-control-allow-origin"], "http://page");
}

struct BadBody {
  std::string_view name;
  std::string_view body;
  std::string_view reason;
  unsigned later_status;  ///< of the next GET: Socket.IO's errors are told to it, Engine.IO's not
};

class PollingBadBody : public ::testing::TestWithParam<BadBody> {};
INSTANTIATE_TEST_SUITE_P(
    Bodies, PollingBadBody,
    ::testing::Values(BadBody{"UnknownType", "abc", "parse error", 400},
                      BadBody{"Empty", "", "parse error", 400},
                      BadBody{"EmptyPacket", "42[\"echo\"]\x1e", "parse error", 400},
                      BadBody{"BadBase64", "b!!!!", "parse error", 400},
                      BadBody{"PingFromTheClient", "2", "transport error", 400},
                      BadBody{"UnknownSocketIoType", "49", "parse error", 200},
                      BadBody{"AttachmentsThatDoNotCome",
                              "451-[\"e\"]\x1e"
                              "42[\"echo\"]",
                              "parse error", 200}),
    [](const auto& named) { return std::string(named.param.name); });

TEST_P(PollingBadBody, EndsTheSession) {
  EchoServer echo(1);
  PollingClient client(echo.port());
  client.join();

  client.post(GetParam().body);

  EXPECT_EQ(echo.departure(), GetParam().reason);
  const HttpAnswer later = client.poll();
  EXPECT_EQ(later.status, GetParam().later_status);
  if (later.status == 200) EXPECT_EQ(later.body, "1");
  EXPECT_EQ(client.poll().status, 400U);
  EXPECT_TRUE(echo.comes_to_have_sessions(0));
}

TEST(PollingBadPost, IsAnswered400) {
  EchoServer echo(1);
  PollingClient client(echo.port());

  const HttpAnswer answer = client.post("abc");

  EXPECT_EQ(answer.status, 400U);
  EXPECT_EQ(answer.body, bad_request);
  EXPECT_EQ(echo.session_count(), 0U);
}

}  // namespace
}  // namespace quickclinic::testing
