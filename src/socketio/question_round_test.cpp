#include "socketio/question_round.hpp"

#include "socketio/remote_socket.hpp"
#include "tests/support/three_shards.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace quickclinic::socketio {
namespace {

using std::chrono::milliseconds;
using testing::WireClient;

using NodeQuestion = ThreeShards;

TEST_F(NodeQuestion, IsAnsweredByClientsOfAllShards) {
  ask(everybody());
  shards.deliver_all();
  answer(0, "\"a\"");
  answer(1, "\"b\"");
  shards.deliver_all();
  EXPECT_EQ(done, 0);
  answer(2, "\"c\",1");
  shards.deliver_all();

  EXPECT_EQ(done, 1);
  EXPECT_TRUE(answers.complete);
  EXPECT_EQ(texts(), (Heard{"[\"a\"]", "[\"b\"]", "[\"c\",1]"}));
  EXPECT_EQ(shards[0].server.callbacks().size(), 0U);
  shards.advance(timeout);
  EXPECT_EQ(shards.left_over(), 0U);
}

TEST_F(NodeQuestion, IsNotDoneBeforeEveryShardHasBeenAsked) {
  ask(everybody());
  answer(0, "0");
  while (shards.deliver(0, 1)) continue;
  answer(1, "1");
  while (shards.deliver(1, 0)) continue;
  EXPECT_EQ(done, 0);
  shards.deliver_all();
  answer(2, "2");
  shards.deliver_all();

  EXPECT_EQ(texts(), (Heard{"[0]", "[1]", "[2]"}));
  EXPECT_TRUE(answers.complete);
}

TEST_F(NodeQuestion, OfWhichNobodyIsAskedIsDoneWhenAllShardsHaveSaidSo) {
  ask(everybody().to("nowhere"));
  EXPECT_EQ(done, 0);
  shards.deliver_all();

  EXPECT_EQ(done, 1);
  EXPECT_TRUE(answers.complete);
  EXPECT_EQ(texts(), Heard{});
  shards.advance(timeout);
  EXPECT_EQ(shards.left_over(), 0U);
}

TEST_F(NodeQuestion, EndsWithWhatThereIsWhenTimeIsUp) {
  ask(everybody());
  shards.deliver_all();
  answer(1, "1");
  shards.deliver_all();

  shards.advance(timeout - milliseconds(1));
  EXPECT_EQ(done, 0);
  shards.advance(milliseconds(1));
  EXPECT_EQ(done, 1);
  EXPECT_FALSE(answers.complete);
  EXPECT_EQ(texts(), Heard{"[1]"});
  answer(0, "0");
  answer(2, "2");
  shards.deliver_all();

  EXPECT_EQ(done, 1);
  EXPECT_EQ(shards.left_over(), 0U);
}

TEST_F(NodeQuestion, MissesAnAnswerThatIsStillOnItsWayWhenTimeIsUp) {
  ask(everybody().to(sockets[1]->id().text()));
  shards.deliver_all();
  answer(1, "1");

  shards.advance(timeout);
  shards.deliver_all();

  EXPECT_EQ(done, 1);
  EXPECT_FALSE(answers.complete);
  EXPECT_EQ(texts(), Heard{});
  EXPECT_EQ(shards.left_over(), 0U);
}

TEST_F(NodeQuestion, WaitsForAClientThatLeavesUntilTimeIsUp) {
  ask(everybody());
  shards.deliver_all();
  answer(0, "0");
  answer(1, "1");
  clients[2]->vanish();
  shards.deliver_all();
  EXPECT_EQ(done, 0);
  shards.advance(timeout);

  EXPECT_EQ(done, 1);
  EXPECT_FALSE(answers.complete);
  EXPECT_EQ(texts().size(), 2U);
  EXPECT_EQ(shards.left_over(), 0U);
}

TEST_F(NodeQuestion, HearsEachClientOnce) {
  ask(everybody().to(sockets[0]->id().text()).to(sockets[1]->id().text()));
  shards.deliver_all();
  const std::string id = std::string(heard(0).back()).substr(1, 1);
  clients[0]->say("3" + id + "[1]");
  clients[0]->say("3" + id + "[2]");
  shards.deliver_all();
  EXPECT_EQ(done, 0);
  answer(1, "3");
  shards.deliver_all();

  EXPECT_EQ(texts(), (Heard{"[1]", "[3]"}));
}

TEST_F(NodeQuestion, DoesNotMixWithAnotherOfTheSameTime) {
  Heard first;
  Heard second;
  const auto into = [](Heard& out) {
    return [&out](const Answers& all) {
      for (const Arguments& each : all.answers) out.push_back(json::to_text(each.values));
    };
  };
  // From two shards, so that their numbers come from two counters.
  everybody(0).emit_with_ack("first", {}, timeout, into(first));
  everybody(1).emit_with_ack("second", {}, timeout, into(second));
  shards.deliver_all();

  for (unsigned i = 0; i < 3; ++i) {
    for (const std::string& question : heard(i)) {
      const std::size_t bracket = question.find('[');
      clients[i]->say("3" + question.substr(1, bracket - 1) + question.substr(bracket));
    }
  }
  shards.deliver_all();

  EXPECT_EQ(first, Heard(3, "[\"first\"]"));
  EXPECT_EQ(second, Heard(3, "[\"second\"]"));
}

TEST_F(NodeQuestion, CountsNobodyWhoIsJustGoing) {
  sockets[1]->join("room");
  sockets[2]->join("room");
  shards[1].server.of("/").on_disconnect([this](Socket&, std::string_view) {
    shards[1].server.of("/").to("room").emit_with_ack("q", {}, timeout, [this](Answers all) {
      ++done;
      answers = std::move(all);
    });
  });

  clients[1]->vanish();
  shards.deliver_all();
  answer(2, "2");
  shards.deliver_all();

  EXPECT_EQ(done, 1);
  EXPECT_TRUE(answers.complete);
}

TEST_F(NodeQuestion, WhoseEndThrowsHurtsNobody) {
  const auto bad = [this](const Answers&) {
    ++done;
    throw std::runtime_error("done");
  };
  everybody().to("nowhere").emit_with_ack("q", {}, timeout, bad);
  everybody().emit_with_ack("q", {}, timeout, bad);

  shards.deliver_all();
  shards.advance(timeout);

  EXPECT_EQ(done, 2);
}

TEST_F(NodeQuestion, AskedOfASingleSocketMayThrowInItsHandlerToo) {
  sockets[0]->emit_with_ack("q", {}, timeout,
                            [](const auto&) { throw std::runtime_error("late"); });

  shards.advance(timeout);

  EXPECT_EQ(shards.left_over(), 0U);
}

struct NodeBound : ThreeShards {
  static Settings settings() {
    Settings small;
    small.open_callbacks_max = 4;
    return small;
  }
  NodeBound() : ThreeShards(settings()) {}
};

TEST_F(NodeBound, LetsNoFurtherRequestBeginWhenSoManyAreUnderWay) {
  ask(everybody());
  ask(everybody());
  EXPECT_EQ(done, 0);
  std::optional<std::error_code> fetched;
  const auto note = [&](const Result<std::vector<RemoteSocket>>& result) {
    fetched = result ? std::error_code() : result.error().code;
  };

  ask(everybody(), "too many");
  everybody().fetch_sockets(note);

  EXPECT_EQ(done, 1);
  EXPECT_FALSE(answers.complete);
  EXPECT_EQ(fetched, Condition::rate_limited);
  shards.advance(timeout);
  everybody().fetch_sockets(note);
  shards.deliver_all();
  EXPECT_EQ(fetched, std::error_code());
}

TEST_F(NodeBound, AsksNoClientThatOwesTooManyAnswers) {
  Settings settings;
  settings.limits.pending_acks_max = 1;
  testing::ManualShard small(settings);
  SocketPtr socket;
  small.server.of("/").on_connection([&](Socket& me) { socket = me.shared_from_this(); });
  WireClient client(small);
  client.say("0");
  client.heard();
  Heard ends;
  const auto note = [&](const Answers& all) { ends.emplace_back(all.complete ? "all" : "some"); };

  small.server.of("/").everybody().emit_with_ack("first", {}, timeout, note);
  small.server.of("/").everybody().emit_with_ack("second", {}, timeout, note);
  client.say("30[]");
  small.advance(timeout);

  EXPECT_EQ(client.heard(), Heard{"20[\"first\"]"});
  EXPECT_EQ(ends, (Heard{"all", "some"}));
}

}  // namespace
}  // namespace quickclinic::socketio
