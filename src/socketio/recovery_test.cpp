#include "socketio/recovery.hpp"

#include "socketio/namespace.hpp"
#include "tests/support/wire_client.hpp"

#include <gtest/gtest.h>

#include <deque>

namespace quickclinic::socketio {
namespace {

using std::chrono::milliseconds;
using testing::ManualShard;
using testing::WireClient;
using Heard = std::vector<std::string>;

constexpr milliseconds window{120'000};

socketio::Settings with_recovery() {
  socketio::Settings settings;
  settings.recovery.disconnection_max = window;
  return settings;
}

std::string field(std::string_view packet, std::string_view name) {
  const json::Value object = json::parse(packet.substr(1)).value();
  const json::Value* found = object.as_object().if_contains(name);
  return found == nullptr ? "" : std::string(json::view(found->as_string()));
}

// The last argument of an event: its offset.
std::string offset_of(std::string_view packet) {
  const json::Value event = json::parse(packet.substr(1)).value();
  return std::string(json::view(event.as_array().back().as_string()));
}

// An event without its offset.
std::string without_offset(std::string_view packet) {
  json::Array event = json::parse(packet.substr(1)).value().as_array();
  event.pop_back();
  return json::to_text(event);
}

Heard events(const Heard& packets) {
  Heard found;
  for (const std::string& packet : packets) {
    if (packet.starts_with('2')) found.push_back(without_offset(packet));
  }
  return found;
}

class RecoveryTest : public ::testing::Test {
 protected:
  explicit RecoveryTest(socketio::Settings settings = with_recovery())
      : shard(std::move(settings)), root(shard.server.of("/")) {
    root.on_connection([this](Socket& socket) {
      sockets.push_back(socket.shared_from_this());
      if (!socket.recovered()) socket.join("room");
    });
  }

  // A client that has joined, and its session.
  void first(WireClient& client) {
    client.say("0");
    const Heard heard = client.heard();
    id = field(heard.at(0), "sid");
    session = field(heard.at(0), "pid");
  }
  static std::string comes_back(std::string_view session, std::string_view offset) {
    json::Object auth{{"pid", session}};
    if (!offset.empty()) auth["offset"] = offset;
    return "0" + json::to_text(auth);
  }

  ManualShard shard;
  Namespace& root;
  std::vector<SocketPtr> sockets;
  std::string id;
  std::string session;
};

using RecoveryRestores = RecoveryTest;
using RecoveryRefuses = RecoveryTest;
using RecoveryBounds = RecoveryTest;

TEST_F(RecoveryRestores, IdRoomsDataAndWhatWasMissedInOrder) {
  std::string offset;
  {
    WireClient client(shard);
    first(client);
    sockets[0]->data() = std::string("doctor");
    root.everybody().emit_text("hello", "");
    offset = offset_of(client.heard().at(0));
    client.vanish();
  }
  root.everybody().emit_text("a", "1");
  root.to("room").emit_text("b", "");
  sockets[0]->emit_text("c", "\"x\"");
  root.to("elsewhere").emit_text("d", "");
  root.to("room").except("room").emit_text("e", "");
  root.to("room").if_writable().emit_text("f", "");

  WireClient again(shard);
  again.say(comes_back(session, offset));

  const Heard heard = again.heard();
  EXPECT_EQ(heard.at(0), "0{\"sid\":\"" + id + "\",\"pid\":\"" + session + "\"}");
  EXPECT_EQ(events(heard), (Heard{R"(["a",1])", R"(["b"])", R"(["c","x"])"}));
  EXPECT_TRUE(sockets.at(1)->recovered());
  EXPECT_EQ(*sockets[1]->data_as<std::string>(), "doctor");
  EXPECT_EQ(sockets[1]->rooms(), (Heard{id, "room"}));
}

TEST_F(RecoveryRestores, BeforeTheFirstEventWasReceived) {
  {
    WireClient client(shard);
    root.everybody().emit_text("before", "");
    first(client);
    client.vanish();
  }
  root.everybody().emit_text("a", "");

  WireClient again(shard);
  again.say(comes_back(session, ""));

  EXPECT_EQ(events(again.heard()), Heard{R"(["a"])"});
}

TEST_F(RecoveryRestores, WhatWasOnItsWayWhenTheConnectionBroke) {
  std::string offset;
  {
    WireClient client(shard);
    first(client);
    root.everybody().emit_text("read", "");
    root.everybody().emit_text("lost", "");
    offset = offset_of(client.heard().at(0));
    client.vanish();
  }

  WireClient again(shard);
  again.say(comes_back(session, offset));

  EXPECT_EQ(events(again.heard()), Heard{R"(["lost"])"});
}

TEST_F(RecoveryRestores, MoreThanOnceWhateverTheClientHasReadMeanwhile) {
  {
    WireClient client(shard);
    first(client);
    client.vanish();
  }
  root.everybody().emit_text("a", "");
  root.everybody().emit_text("b", "");
  std::string offset;
  {
    WireClient second(shard);
    second.say(comes_back(session, ""));
    offset = offset_of(second.heard().at(1));  // it has read `a`, and no more
    root.everybody().emit_text("c", "");
    second.vanish();
  }
  root.everybody().emit_text("d", "");
  {
    WireClient third(shard);
    third.say(comes_back(session, offset));
    EXPECT_EQ(events(third.heard()), (Heard{R"(["b"])", R"(["c"])", R"(["d"])"}));
    third.vanish();
  }

  WireClient fourth(shard);
  fourth.say(comes_back(session, offset));

  EXPECT_EQ(events(fourth.heard()), (Heard{R"(["b"])", R"(["c"])", R"(["d"])"}));
  EXPECT_EQ(sockets.back()->id().text(), id);
}

TEST_F(RecoveryRestores, AfterHoursOfSilence) {
  std::string offset;
  {
    WireClient client(shard);
    first(client);
    root.everybody().emit_text("old", "");
    offset = offset_of(client.heard().at(0));
    shard.advance(std::chrono::hours(5));
    client.vanish();
  }
  root.everybody().emit_text("new", "");

  WireClient again(shard);
  again.say(comes_back(session, offset));

  EXPECT_EQ(events(again.heard()), Heard{R"(["new"])"});
}

TEST_F(RecoveryRestores, AClientWhoseFirstTryBrokeOffWhileTheMiddlewareThought) {
  std::deque<Namespace::Decision> decisions;
  {
    WireClient client(shard);
    first(client);
    client.vanish();
  }
  root.use([&](const SocketPtr&, Namespace::Decision decide) {
    decisions.push_back(std::move(decide));
  });
  root.everybody().emit_text("a", "");
  {
    WireClient second(shard);
    second.say(comes_back(session, ""));
    second.vanish();
  }
  root.everybody().emit_text("b", "");
  WireClient third(shard);
  third.say(comes_back(session, ""));
  root.everybody().emit_text("c", "");

  decisions.at(1)(std::nullopt);

  EXPECT_EQ(events(third.heard()), (Heard{R"(["a"])", R"(["b"])", R"(["c"])"}));
}

TEST_F(RecoveryRestores, AClientWhoseOldConnectionIsNotKnownToBeDead) {
  WireClient old(shard);
  first(old);
  root.everybody().emit_text("unread", "");

  WireClient again(shard);
  again.say(comes_back(session, ""));
  old.settle();

  EXPECT_EQ(events(again.heard()), Heard{R"(["unread"])"});
  EXPECT_EQ(sockets.back()->id().text(), id);
  EXPECT_FALSE(old.open());
  EXPECT_EQ(root.size(), 1U);
}

TEST_F(RecoveryRestores, WithoutMiddlewareOnlyWhereThatIsWanted) {
  for (const bool skip : {false, true}) {
    socketio::Settings settings = with_recovery();
    settings.recovery.skip_middleware = skip;
    ManualShard other(settings);
    int asked = 0;
    other.server.of("/").use([&](const SocketPtr&, const Namespace::Decision& decide) {
      ++asked;
      decide(std::nullopt);
    });
    WireClient client(other);
    client.say("0");
    const std::string known = field(client.heard().at(0), "pid");
    client.vanish();

    WireClient again(other);
    again.say(comes_back(known, ""));

    EXPECT_EQ(asked, skip ? 1 : 2);
  }
}

TEST_F(RecoveryRefuses, WhoComesTooLate) {
  {
    WireClient client(shard);
    first(client);
    client.vanish();
  }
  shard.advance(window + milliseconds(1));

  WireClient again(shard);
  again.say(comes_back(session, ""));

  EXPECT_NE(field(again.heard().at(0), "sid"), id);
  EXPECT_FALSE(sockets.back()->recovered());
}

TEST_F(RecoveryRefuses, WhoLeftOrWasThrownOut) {
  WireClient left(shard);
  first(left);
  left.say("1");
  const std::string of_left = session;
  WireClient thrown(shard);
  first(thrown);
  sockets.back()->disconnect(true);

  for (const std::string& known : {of_left, session}) {
    WireClient again(shard);
    again.say(comes_back(known, ""));
    EXPECT_FALSE(sockets.back()->recovered());
  }
}

TEST_F(RecoveryRefuses, StrangersAndNonsense) {
  {
    WireClient client(shard);
    first(client);
    client.vanish();
  }

  for (const std::string& auth :
       {std::string(R"(0{"pid":"made up"})"), std::string(R"(0{"pid":7,"offset":{}})"),
        std::string(R"(0{"pid":""})"), comes_back(session, "not ours"),
        comes_back(session, "aaaaaa.0.0")}) {
    WireClient again(shard);
    again.say(auth);
    EXPECT_FALSE(sockets.back()->recovered()) << auth;
    EXPECT_TRUE(again.open());
  }
}

TEST_F(RecoveryRefuses, TheSessionOfAnotherNamespace) {
  shard.server.of("/other");
  WireClient client(shard);
  first(client);
  client.vanish();

  WireClient again(shard);
  again.say("0/other,{\"pid\":\"" + session + "\"}");

  EXPECT_NE(field(again.heard().at(0).substr(7), "sid"), id);
}

TEST_F(RecoveryRefuses, AClientWhoseMiddlewareDoes) {
  WireClient client(shard);
  first(client);
  client.vanish();
  root.use([](const SocketPtr&, const Namespace::Decision& decide) {
    decide(ConnectRefusal{"Unauthorized", {}});
  });

  WireClient again(shard);
  again.say(comes_back(session, ""));

  EXPECT_EQ(again.heard(), Heard{R"(4{"message":"Unauthorized"})"});
  EXPECT_EQ(root.size(), 0U);
  EXPECT_EQ(shard.server.recovery().kept(), 0U);
}

TEST_F(RecoveryRefuses, SomebodyElseBehindTheSession) {
  {
    WireClient client(shard);
    first(client);
    sockets[0]->data() = std::string("doctor");
    client.vanish();
  }
  root.everybody().emit_text("private", "");
  root.use([](const SocketPtr& socket, const Namespace::Decision& decide) {
    EXPECT_EQ(*socket->data_as<std::string>(), "doctor");
    socket->renounce_recovery();
    decide(std::nullopt);
  });

  WireClient again(shard);
  again.say(comes_back(session, ""));

  const Heard heard = again.heard();
  EXPECT_EQ(heard.size(), 1U);
  EXPECT_NE(field(heard.at(0), "sid"), id);
  EXPECT_NE(field(heard.at(0), "pid"), session);
  EXPECT_FALSE(sockets.back()->recovered());
  EXPECT_TRUE(sockets.back()->data().empty());
}

TEST_F(RecoveryBounds, TheSessionsThatAreKept) {
  socketio::Settings settings = with_recovery();
  settings.recovery.sessions_max = 2;
  ManualShard small(settings);
  small.server.of("/");
  for (int i = 0; i < 3; ++i) {
    WireClient client(small);
    client.say("0");
    client.vanish();
  }

  EXPECT_EQ(small.server.recovery().kept(), 2U);
  small.advance(window + milliseconds(1));
  small.advance(window);
  EXPECT_EQ(small.server.recovery().kept(), 0U);
}

TEST_F(RecoveryBounds, ThePacketsAndRefusesWhoMissedOneThatWent) {
  socketio::Settings settings = with_recovery();
  settings.recovery.packets_max = 2;
  ManualShard small(settings);
  Namespace& nsp = small.server.of("/");
  for (const int packets : {2, 3}) {
    WireClient client(small);
    client.say("0");
    const Heard joined = client.heard();
    client.vanish();
    for (int i = 0; i < packets; ++i) nsp.everybody().emit_text("x", "");

    WireClient again(small);
    again.say(comes_back(field(joined.at(0), "pid"), ""));

    const bool recovered = field(again.heard().at(0), "sid") == field(joined.at(0), "sid");
    EXPECT_EQ(recovered, packets == 2);
  }
}

}  // namespace
}  // namespace quickclinic::socketio
