#include "socketio/event_handlers.hpp"

#include "tests/support/wire_client.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace quickclinic::socketio {
namespace {

using testing::ManualShard;
using testing::WireClient;
using Heard = std::vector<std::string>;

// A client that has joined, and what ran for it.
class SocketHandlers : public ::testing::Test {
 protected:
  SocketHandlers() {
    root.on_connection([this](Socket& joined) { sockets.push_back(&joined); });
    client.say("0");
    client.heard();
  }

  EventHandler note(std::string what) {
    return [this, what = std::move(what)](Socket&, const Event&) { ran.push_back(what); };
  }
  Socket& socket() { return *sockets.front(); }

  ManualShard shard;
  Namespace& root = shard.server.of("/");
  std::vector<Socket*> sockets;
  Heard ran;
  WireClient client{shard};
};
using SocketOutgoing = SocketHandlers;

TEST_F(SocketHandlers, RunBehindThoseOfTheNamespaceInTheOrderInWhichTheyWereAdded) {
  socket().on("x", note("own 1"));
  root.on("x", note("namespace"));
  socket().on("x", note("own 2"));
  socket().on_any(note("any"));
  root.on_any(note("namespace any"));

  client.say("2[\"x\"]");

  EXPECT_EQ(ran, (Heard{"namespace any", "any", "namespace", "own 1", "own 2"}));
}

TEST_F(SocketHandlers, HearNothingOfOtherSockets) {
  socket().on("x", note("own"));
  WireClient other(shard);
  other.say("0");

  other.say("2[\"x\"]");

  EXPECT_EQ(ran, Heard{});
}

TEST_F(SocketHandlers, CountAsHandled) {
  root.on_unhandled(note("unhandled"));
  socket().on("x", note("own"));
  socket().once("y", note("once"));

  client.say("2[\"x\"]");
  client.say("2[\"y\"]");
  client.say("2[\"y\"]");

  EXPECT_EQ(ran, (Heard{"own", "once", "unhandled"}));
}

TEST_F(SocketHandlers, OfOnceRunOnceEvenWhenTheEventComesAgainMeanwhile) {
  socket().once("x", [this](Socket&, const Event&) {
    ran.emplace_back("once");
    client.say("2[\"x\"]");
  });

  client.say("2[\"x\"]");
  client.say("2[\"x\"]");

  EXPECT_EQ(ran, Heard{"once"});
}

TEST_F(SocketHandlers, AreTakenAway) {
  socket().on("x", note("x"));
  socket().once("x", note("once x"));
  socket().on("y", note("y"));
  socket().on_any(note("any"));

  socket().off("x");
  socket().off("never");
  client.say("2[\"x\"]");
  socket().off_any();
  client.say("2[\"y\"]");

  EXPECT_EQ(ran, (Heard{"any", "y"}));
}

TEST_F(SocketHandlers, AddedByAHandlerHearTheNextEventOnly) {
  socket().on("x", [this](Socket& me, const Event&) {
    ran.emplace_back("first");
    for (int i = 0; i < 20; ++i) me.on("x", note("added"));  // the list has to grow
    me.on_any(note("any"));
  });

  client.say("2[\"x\"]");
  EXPECT_EQ(ran, Heard{"first"});
  ran.clear();
  socket().off("x");
  client.say("2[\"x\"]");

  EXPECT_EQ(ran, Heard{"any"});
}

TEST_F(SocketHandlers, TakenAwayByAHandlerDoNotRunAnyMore) {
  socket().on("x", [this](Socket& me, const Event&) {
    const std::string kept(100, 'k');  // what runs stays whole until it returns
    me.off("x");
    me.off("y");
    ran.push_back(kept.substr(0, 1));
  });
  socket().on("x", note("second"));
  socket().on("y", note("y"));

  for (const char* event : {"x", "x", "y"}) client.say("2[\"" + std::string(event) + "\"]");

  EXPECT_EQ(ran, Heard{"k"});
}

TEST_F(SocketHandlers, LetGoOfWhatTheyHeldWhenTheyAreTakenAway) {
  const auto held = std::make_shared<int>(0);
  socket().once("x", [held](Socket& me, const Event&) { me.off("y"); });
  socket().on("y", [held](Socket&, const Event&) {});
  EXPECT_EQ(held.use_count(), 3);

  client.say("2[\"x\"]");

  EXPECT_EQ(held.use_count(), 1);
}

TEST_F(SocketHandlers, DoNotRunWhenACatchAllHasThrownTheSocketOut) {
  socket().on("x", note("x"));
  root.on("x", note("namespace x"));
  socket().on_any([](Socket& me, const Event&) { me.disconnect(); });

  client.say("2[\"x\"]");

  EXPECT_EQ(ran, Heard{});
  EXPECT_EQ(client.heard(), Heard{"1"});
}

TEST_F(SocketHandlers, ThatThrowStopNeitherTheOthersNorTheClient) {
  socket().on_any([](Socket&, const Event&) { throw std::runtime_error("any"); });
  socket().on("x", [](Socket&, const Event&) { throw 42; });
  socket().on("x", note("second"));

  client.say("27[\"x\"]");

  EXPECT_EQ(ran, Heard{"second"});
  EXPECT_EQ(client.heard(),
            Heard{R"(37[{"ok":false,"error":{"code":"internal","message":"Internal error"}}])"});
}

TEST_F(SocketHandlers, TellAnErrorPolicyWhatFailed) {
  Heard told;
  root.on_error([&](Socket&, std::string_view event, const Error& error, Ack& ack) {
    told.push_back(std::string(event) + ": " + std::string(to_code(error.condition())));
    ack.send_text("[\"sorry\"]");
  });
  socket().on("x", [](Socket&, const Event&) { throw std::runtime_error("x"); });

  client.say("21[\"x\"]");

  EXPECT_EQ(told, Heard{"x: internal"});
  EXPECT_EQ(client.heard(), Heard{"31[\"sorry\"]"});
}

TEST_F(SocketHandlers, SurviveAnErrorPolicyThatThrows) {
  root.on_error([](auto&&...) { throw std::runtime_error("policy"); });
  socket().on("x", [](Socket&, const Event&) { throw std::runtime_error("x"); });

  client.say("21[\"x\"]");

  EXPECT_TRUE(client.open());
}

TEST_F(SocketHandlers, HearThatTheSocketHasGoneBehindThoseOfTheNamespace) {
  root.on_disconnect(
      [this](Socket&, std::string_view why) { ran.push_back("ns " + std::string(why)); });
  socket().join("a");
  socket().on_disconnect([this](Socket& me, std::string_view why) {
    ran.push_back(std::string(why) + " " + std::to_string(me.rooms().size()));
  });
  socket().on_disconnect([](Socket&, std::string_view) { throw std::runtime_error("gone"); });

  client.vanish();

  EXPECT_EQ(ran, (Heard{"ns transport close", "transport close 2"}));
}

// What a socket was sent, as its listener heard it.
Socket::OutgoingListener write_to(Heard& out) {
  return [&out](Socket&, std::string_view event, const Arguments& arguments) {
    out.push_back(std::string(event) + json::to_text(arguments.values) + "+" +
                  std::to_string(arguments.attachments.size()));
  };
}

TEST_F(SocketOutgoing, HearsEventsBroadcastsAndQuestionsButNotAnswers) {
  Heard out;
  socket().on_any_outgoing(write_to(out));
  socket().on("x", [](Socket&, Event& event) { event.ack.send_text("[1]"); });
  WireClient other(shard);
  other.say("0");

  socket().emit("plain", {json::Array{1, "two"}, {}});
  root.everybody().emit_text("all", "3");
  sockets[1]->broadcast().emit("others", {});
  sockets[1]->emit("not mine", {});
  socket().emit_with_ack("question", {}, std::chrono::seconds(1), [](const auto&) {});
  client.say("21[\"x\"]");

  EXPECT_EQ(out, (Heard{"plain[1,\"two\"]+0", "all[3]+0", "others[]+0", "question[]+0"}));
}

TEST_F(SocketOutgoing, HearsBinaryDataOfBroadcastsToo) {
  Heard out;
  std::vector<std::string> bytes;
  socket().on_any_outgoing(write_to(out));
  socket().on_any_outgoing([&](Socket&, std::string_view, const Arguments& arguments) {
    bytes = arguments.attachments;
  });

  root.everybody().emit("file", {json::Array{json::Object{{"_placeholder", true}, {"num", 0}}},
                                 {std::string("\x00\x01", 2)}});

  EXPECT_EQ(out, Heard{"file[{\"_placeholder\":true,\"num\":0}]+1"});
  EXPECT_EQ(bytes, Heard{std::string("\x00\x01", 2)});
}

TEST_F(SocketOutgoing, IsTakenAwayAlsoByItself) {
  Heard out;
  socket().on_any_outgoing([&](Socket& me, std::string_view event, const Arguments&) {
    out.emplace_back(event);
    me.off_any_outgoing();
  });

  socket().emit("a", {});
  socket().emit("b", {});

  EXPECT_EQ(out, Heard{"a"});
}

TEST_F(SocketOutgoing, MayThrowItsSocketOutWhileABroadcastGoesRound) {
  std::vector<std::unique_ptr<WireClient>> others;
  for (int i = 0; i < 8; ++i) {
    others.push_back(std::make_unique<WireClient>(shard));
    others.back()->say("0");
    others.back()->heard();
  }
  for (Socket* each : sockets) {
    each->join("room");
    each->on_any_outgoing([](Socket& me, std::string_view, const Arguments&) { me.disconnect(); });
  }

  root.to("room").emit("a", {});

  EXPECT_EQ(root.size(), 0U);
  for (const auto& other : others) EXPECT_EQ(other->heard(), Heard{"1"});
}

TEST_F(SocketOutgoing, ThatThrowsKeepsNothingBack) {
  socket().on_any_outgoing([](auto&&...) { throw std::runtime_error("listener"); });

  socket().emit("a", {});

  EXPECT_EQ(client.heard(), Heard{"2[\"a\"]"});
}

TEST_F(SocketOutgoing, NeverSendsAReservedEvent) {
  for (const char* name : {"connect", "connect_error", "disconnect", "disconnecting", "newListener",
                           "removeListener"}) {
    socket().emit(name, {});
    socket().emit_text(name, "1");
    root.everybody().emit(name, {});
    root.everybody().emit_text(name, "1");
    root.everybody().emit_with_ack(name, {}, std::chrono::seconds(1), [this](const Answers& all) {
      ran.emplace_back(all.complete ? "complete" : "refused");
    });
    socket().emit_with_ack(name, {}, std::chrono::seconds(1), [this](const auto& answer) {
      ran.push_back(answer.error().code.message());
    });
  }

  EXPECT_EQ(client.heard(), Heard{});
  ASSERT_EQ(ran.size(), 12U);
  EXPECT_EQ(ran[0], "refused");
  EXPECT_EQ(ran[1], "reserved event name");
}

}  // namespace
}  // namespace quickclinic::socketio
