#include "socketio/event_run.hpp"

#include "socketio/error.hpp"
#include "tests/support/wire_client.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace quickclinic::socketio {
namespace {

using testing::ManualShard;
using testing::WireClient;
using Heard = std::vector<std::string>;

Result<> no() { return fail(SocketError::bad_payload, "not today"); }
constexpr const char* refusal =
    R"([{"ok":false,"error":{"code":"bad_request","message":"not today"}}])";

// A client in a namespace whose handler of `x` answers with what it got.
class EventMiddlewareTest : public ::testing::Test {
 protected:
  explicit EventMiddlewareTest(Settings settings = {}) : shard(std::move(settings)) {
    root.on_connection([this](Socket& joined) { socket = joined.shared_from_this(); });
    root.on("x", [this](Socket&, Event& event) {
      order.emplace_back("handler");
      event.ack.send({event.arguments, event.attachments});
    });
    client.emplace(shard);
    client->say("0");
    client->heard();
  }

  // Goes on at once.
  EventMiddleware note(std::string what) {
    return [this, what = std::move(what)](Socket&, Event&, const EventDecision& decide) {
      order.push_back(what);
      decide({});
    };
  }
  // Goes on when the test says so.
  EventMiddleware think() {
    return [this](Socket&, Event&, EventDecision decide) {
      order.emplace_back("thinks");
      decisions.push_back(std::move(decide));
    };
  }

  ManualShard shard;
  Namespace& root = shard.server.of("/");
  Heard order;
  std::deque<EventDecision> decisions;
  SocketPtr socket;
  std::optional<WireClient> client;
};

TEST_F(EventMiddlewareTest, IsAskedForTheNamespaceFirstThenForTheSocketThenComeTheHandlers) {
  socket->use(note("socket"));
  root.use_for_events(note("namespace 1"));
  root.use_for_events(note("namespace 2"));
  root.on_any([this](Socket&, const Event&) { order.emplace_back("any"); });

  client->say("21[\"x\",1]");

  EXPECT_EQ(order, (Heard{"any", "namespace 1", "namespace 2", "socket", "handler"}));
  EXPECT_EQ(client->heard(), Heard{"31[1]"});
}

TEST_F(EventMiddlewareTest, RefusesWithItsReason) {
  root.use_for_events([](Socket&, Event&, const EventDecision& decide) { decide(no()); });
  root.use_for_events(note("behind"));

  client->say("21[\"x\",1]");
  client->say("2[\"x\",2]");

  EXPECT_EQ(order, Heard{});
  EXPECT_EQ(client->heard(), Heard{"31" + std::string(refusal)});
  EXPECT_TRUE(client->open());
}

TEST_F(EventMiddlewareTest, MayChangeTheEvent) {
  root.use_for_events([](Socket&, Event& event, const EventDecision& decide) {
    event.arguments.emplace_back("more");
    decide({});
  });

  client->say("21[\"x\",1]");

  EXPECT_EQ(client->heard(), Heard{"31[1,\"more\"]"});
}

TEST_F(EventMiddlewareTest, MayTakeItsTime) {
  root.use_for_events(think());
  socket->use(think());
  socket->use(note("socket"));

  // Long strings do not fit into a value: they lie in the memory of the client's call.
  client->say(R"(51-1["x","a string of more than fifteen bytes",{"_placeholder":true,"num":0}])");
  client->say_binary("bytes");
  decisions.at(0)({});
  client->say("2[\"other\",\"another string that uses the same memory again\"]");
  decisions.at(1)({});

  EXPECT_EQ(order, (Heard{"thinks", "thinks", "thinks", "socket", "handler"}));
  EXPECT_EQ(client->heard(),
            (Heard{R"(61-1["a string of more than fifteen bytes",{"_placeholder":true,"num":0}])",
                   "<bytes>"}));
}

TEST_F(EventMiddlewareTest, MayRefuseLate) {
  root.use_for_events(think());

  client->say("21[\"x\",1]");
  EXPECT_EQ(client->heard(), Heard{});
  decisions.at(0)(no());

  EXPECT_EQ(client->heard(), Heard{"31" + std::string(refusal)});
}

TEST_F(EventMiddlewareTest, DecidesOnce) {
  root.use_for_events([](Socket&, Event&, const EventDecision& decide) {
    decide({});
    decide(no());
    decide({});
  });
  root.use_for_events(think());

  client->say("21[\"x\",1]");
  decisions.at(0)({});
  decisions.at(0)(no());
  decisions.at(0)({});

  EXPECT_EQ(order, (Heard{"thinks", "handler"}));
  EXPECT_EQ(client->heard(), Heard{"31[1]"});
}

TEST_F(EventMiddlewareTest, DecidesOnceAlsoWhenTheNextIsStillThinking) {
  root.use_for_events(think());
  root.use_for_events(think());

  client->say("21[\"x\",1]");
  decisions.at(0)({});
  decisions.at(0)({});
  EXPECT_EQ(client->heard(), Heard{});
  decisions.at(1)({});

  EXPECT_EQ(client->heard(), Heard{"31[1]"});
}

TEST_F(EventMiddlewareTest, ThatThrowsRefuses) {
  root.use_for_events([](Socket&, const Event& event, const EventDecision&) {
    if (event.argument(0) == 1) throw std::runtime_error("middleware");
    throw 42;
  });

  client->say("21[\"x\",1]");
  client->say("22[\"x\",2]");

  const std::string internal =
      R"([{"ok":false,"error":{"code":"internal","message":"Internal error"}}])";
  EXPECT_EQ(client->heard(), (Heard{"31" + internal, "32" + internal}));
}

TEST_F(EventMiddlewareTest, ThatThrowsWhenItHasDecidedChangesNothing) {
  root.use_for_events([](Socket&, Event&, const EventDecision& decide) {
    decide({});
    throw std::runtime_error("middleware");
  });

  client->say("21[\"x\",1]");

  EXPECT_EQ(client->heard(), Heard{"31[1]"});
}

TEST_F(EventMiddlewareTest, DecidesForNobodyWhenTheClientHasGone) {
  root.use_for_events(think());
  client->say("21[\"x\",1]");
  client->say("22[\"x\",2]");
  const std::weak_ptr<Socket> gone = socket;
  socket.reset();

  client->vanish();
  client.reset();
  decisions.at(0)({});
  decisions.at(1)(no());
  decisions.clear();

  EXPECT_EQ(order, (Heard{"thinks", "thinks"}));
  EXPECT_TRUE(gone.expired());
}

TEST_F(EventMiddlewareTest, HoldsNothingWhenItNeverDecides) {
  root.use_for_events([](Socket&, Event&, const EventDecision&) {});
  client->say("21[\"x\",1]");
  const std::weak_ptr<Socket> gone = socket;
  socket.reset();

  client.reset();

  EXPECT_TRUE(gone.expired());
}

TEST_F(EventMiddlewareTest, LetsLaterEventsPass) {
  root.use_for_events([this](Socket&, const Event& event, EventDecision decide) {
    if (event.argument(0) == "slow") {
      decisions.push_back(std::move(decide));
    } else {
      decide({});
    }
  });

  client->say("21[\"x\",\"slow\"]");
  client->say("22[\"x\",\"fast\"]");
  decisions.at(0)({});

  EXPECT_EQ(client->heard(), (Heard{"32[\"fast\"]", "31[\"slow\"]"}));
}

Settings with_two_undecided() {
  Settings settings;
  settings.limits.undecided_events_max = 2;
  return settings;
}

class EventMiddlewareBound : public EventMiddlewareTest {
 protected:
  EventMiddlewareBound() : EventMiddlewareTest(with_two_undecided()) {}
};

TEST_F(EventMiddlewareBound, HoldsSoManyEventsOfASocketAndRefusesMore) {
  root.use_for_events(think());

  for (const char* packet : {"21[\"x\",1]", "22[\"x\",2]", "23[\"x\",3]"}) client->say(packet);
  EXPECT_EQ(client->heard(), Heard{"33[{\"ok\":false,\"error\":{\"code\":\"rate_limited\","
                                   "\"message\":\"too many events at once\"}}]"});
  for (const EventDecision& decide : decisions) decide({});
  EXPECT_EQ(client->heard(), (Heard{"31[1]", "32[2]"}));
  decisions.clear();

  client->say("24[\"x\",4]");
  decisions.at(0)({});
  EXPECT_EQ(client->heard(), Heard{"34[4]"});
}

}  // namespace
}  // namespace quickclinic::socketio
