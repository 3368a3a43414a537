#include "engineio/handshake.hpp"

#include "engineio/error.hpp"

#include <gtest/gtest.h>

namespace quickclinic::engineio {
namespace {

TEST(SessionIdShape, CarriesItsShardAndIsNeverTheSame) {
  for (const unsigned shard : {0U, 1U, 63U, 64U, 4095U}) {
    const SessionId id = new_session_id(shard);
    EXPECT_EQ(id.text().size(), 22U);
    EXPECT_EQ(shard_of(id.text()), shard);
    EXPECT_NE(id, new_session_id(shard));
  }
  EXPECT_FALSE(shard_of(""));
  EXPECT_FALSE(shard_of("##AAAAAAAAAAAAAAAAAAAA"));
}

TEST(SessionId, NamesItsNodeWhereThereAreSeveral) {
  const SessionId id = new_session_id(65, "node_1");

  EXPECT_EQ(id.text().size(), 28U);
  EXPECT_EQ(shard_of(id.text()), 65U);
  EXPECT_EQ(node_of(id.text()), "node_1");
  EXPECT_EQ(node_of(new_session_id(65).text()), "");
  EXPECT_NE(id, new_session_id(65, "node_1"));
  EXPECT_FALSE(shard_of(id.text() + "A"));
  EXPECT_FALSE(shard_of(id.text().substr(1)));
}

TEST(OpenPacket, HasExactlyTheFiveFields) {
  EXPECT_EQ(
      open_packet(SessionId("x"), TransportKind::polling, Settings{}),
      R"(0{"sid":"x","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000})");
  EXPECT_EQ(
      open_packet(SessionId("x"), TransportKind::websocket, Settings{}),
      R"(0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000})");
}

TEST(RequestClassify, SortsWhatClientsSend) {
  const std::string sid = new_session_id(3).text();
  const auto kind = [](const RequestView& request) { return classify(request).value().kind; };

  EXPECT_EQ(kind({"GET", "polling", "4", {}, false}), Intent::Kind::open);
  EXPECT_EQ(kind({"GET", "websocket", "4", {}, true}), Intent::Kind::open);
  EXPECT_EQ(kind({"GET", "polling", "4", sid, false}), Intent::Kind::poll);
  EXPECT_EQ(kind({"POST", "polling", "4", sid, false}), Intent::Kind::post);
  EXPECT_EQ(kind({"GET", "websocket", "4", sid, true}), Intent::Kind::upgrade);
  EXPECT_EQ(kind({"OPTIONS", {}, {}, {}, false}), Intent::Kind::options);
}

TEST(RequestClassify, TakesAnEmptySessionForNone) {
  EXPECT_EQ(classify({"GET", "polling", "4", "", false}).value().kind, Intent::Kind::open);
}

TEST(RequestClassify, TakesWhatIsNotVersion4ForVersion3WhereItIsAllowed) {
  const std::string sid = new_session_id(3).text();
  const auto protocol = [](const RequestView& request) {
    return classify(request, true).value().protocol;
  };

  EXPECT_EQ(protocol({"GET", "polling", "4", {}, false}), Protocol::v4);
  EXPECT_EQ(protocol({"GET", "polling", "3", {}, false}), Protocol::v3);
  EXPECT_EQ(protocol({"GET", "websocket", "abc", {}, true}), Protocol::v3);
  EXPECT_EQ(protocol({"GET", "polling", {}, {}, false}), Protocol::v3);
  EXPECT_EQ(protocol({"GET", "polling", "3", sid, false}), Protocol::v3);
  EXPECT_EQ(protocol({"GET", "polling", {}, sid, false}), std::nullopt);
}

TEST(RequestClassify, RefusesWithTheCodeOfTheProtocol) {
  const std::string sid = new_session_id(0).text();
  const struct {
    RequestView request;
    std::string_view body;
  } table[] = {
      {{"GET", {}, "4", {}, false}, R"({"code":0,"message":"Transport unknown"})"},
      {{"GET", "__proto__", "4", {}, false}, R"({"code":0,"message":"Transport unknown"})"},
      {{"GET", "polling", "4", "nobody", false}, R"({"code":1,"message":"Session ID unknown"})"},
      {{"POST", "polling", "4", {}, false}, R"({"code":2,"message":"Bad handshake method"})"},
      {{"GET", "websocket", "4", {}, false}, R"({"code":3,"message":"Bad request"})"},
      {{"GET", "websocket", "4", sid, false}, R"({"code":3,"message":"Bad request"})"},
      {{"PUT", "polling", "4", sid, false}, R"({"code":3,"message":"Bad request"})"},
      {{"GET", "polling", "3", sid, false}, R"({"code":3,"message":"Bad request"})"},
      {{"GET", "polling", "3", {}, false},
       R"({"code":5,"message":"Unsupported protocol version"})"},
      {{"GET", "polling", {}, {}, false}, R"({"code":5,"message":"Unsupported protocol version"})"},
  };
  for (const auto& [request, body] : table) {
    const auto intent = classify(request);
    ASSERT_FALSE(intent);
    EXPECT_EQ(refusal_body(static_cast<EngineError>(intent.error().code.value())), body);
  }
}

}  // namespace
}  // namespace quickclinic::engineio
