#include "socketio/cluster.hpp"

#include "socketio/error.hpp"
#include "socketio/remote_socket.hpp"
#include "tests/support/manual_shards.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace quickclinic::socketio {
namespace {

using std::chrono::milliseconds;
using testing::ManualShards;
using testing::WireClient;
using Heard = std::vector<std::string>;

constexpr milliseconds timeout{100};

// An adapter whose other nodes are the test: what it is given waits here.
struct HeldAdapter final : Adapter {
  void room_occupied(std::string_view nsp, std::string_view room, bool occupied) override {
    rooms.push_back((occupied ? "+" : "-") + std::string(nsp) + " " + std::string(room));
  }
  void namespace_exists(std::string_view nsp, bool exists) override {
    namespaces.push_back((exists ? "+" : "-") + std::string(nsp));
  }
  void broadcast(std::shared_ptr<const Broadcast> broadcast) override {
    packets.emplace_back(broadcast->frames.front()->packet());
  }
  void ask(std::shared_ptr<const Question> asked, QuestionProgress how) override {
    question = std::move(asked);
    progress = std::move(how);
  }
  void join(const Selection& who, const std::vector<std::string>& names) override {
    packets.push_back("join " + who.rooms.front() + " " + names.front());
  }
  void leave(const Selection& who, const std::vector<std::string>& names) override {
    packets.push_back("leave " + who.rooms.front() + " " + names.front());
  }
  void disconnect(const Selection& who, bool close_clients) override {
    packets.push_back((close_clients ? "close " : "disconnect ") + who.rooms.front());
  }
  void fetch(const Selection&, FetchHandler done) override { fetching = std::move(done); }
  void server_event(std::string_view nsp, std::string_view name, const Arguments& arguments,
                    ServerAnswersHandler done) override {
    packets.push_back(std::string(nsp) + " " + std::string(name) + json::to_text(arguments.values));
    raising = std::move(done);
  }
  void count_nodes(std::function<void(Result<std::size_t>)> done) override { done(std::size_t{7}); }

  Heard rooms;
  Heard namespaces;
  Heard packets;
  std::shared_ptr<const Question> question;
  QuestionProgress progress;
  FetchHandler fetching;
  ServerAnswersHandler raising;
};

// Two shards with an adapter; everything is asked on the second one, which does not have it.
class ClusterTest : public ::testing::Test {
 protected:
  explicit ClusterTest(const Settings& settings = {}) : shards(2, settings, true) {
    auto held = std::make_unique<HeldAdapter>();
    adapter = held.get();
    shards[0].server.cluster().set_adapter(std::move(held));
    for (unsigned i = 0; i < 2; ++i) {
      shards[i].server.of("/").on_connection(
          [this](Socket& socket) { sockets.push_back(socket.shared_from_this()); });
    }
  }

  Namespace& root() { return shards[1].server.of("/"); }
  void ask() {
    root().everybody().emit_with_ack("q", {}, timeout, [this](Answers all) { answers = all; });
    shards.deliver_all();
  }
  static Arguments number(int value) { return {json::Array{value}, {}}; }

  ManualShards shards;
  HeldAdapter* adapter = nullptr;
  std::vector<SocketPtr> sockets;
  std::optional<Answers> answers;
};
using ClusterNamespaces = ClusterTest;
using ClusterRooms = ClusterTest;
using ClusterRequest = ClusterTest;

TEST_F(ClusterNamespaces, OfTheFirstShardAreTold) {
  EXPECT_EQ(adapter->namespaces, Heard{"+/"});
  shards[0].server.of("/a");
  shards[0].server.of("/a");
  shards[1].server.of("/b");
  shards[0].server.remove(shards[0].server.of("/a"));
  EXPECT_EQ(adapter->namespaces, (Heard{"+/", "+/a", "-/a"}));

  auto later = std::make_unique<HeldAdapter>();
  HeldAdapter* const second = later.get();
  shards[0].server.cluster().set_adapter(std::move(later));

  EXPECT_EQ(second->namespaces, Heard{"+/"});
}

TEST_F(ClusterRooms, AreHeldWhileSomebodyIsInThem) {
  Cluster& cluster = shards[0].server.cluster();
  WireClient client(shards[1]);
  client.say("0");
  sockets[0]->join("a");
  shards.deliver_all();

  EXPECT_TRUE(cluster.holds("/", "a"));
  EXPECT_FALSE(cluster.holds("/", "b"));
  EXPECT_FALSE(cluster.holds("/other", "a"));
  sockets[0]->leave("a");
  shards.deliver_all();
  EXPECT_FALSE(cluster.holds("/", "a"));
}

TEST_F(ClusterRooms, AreToldOnceForTheFirstAndTheLastMemberOfAllShards) {
  WireClient first(shards[0]);
  WireClient second(shards[1]);
  first.say("0");
  second.say("0");
  shards.deliver_all();
  const std::string ids[] = {sockets[0]->id().text(), sockets[1]->id().text()};
  EXPECT_EQ(adapter->rooms, (Heard{"+/ " + ids[0], "+/ " + ids[1]}));
  adapter->rooms.clear();

  for (const SocketPtr& socket : sockets) socket->join("a");
  sockets[1]->join("a");
  shards.deliver_all();
  EXPECT_EQ(adapter->rooms, Heard{"+/ a"});
  first.vanish();
  EXPECT_EQ(adapter->rooms, (Heard{"+/ a", "-/ " + ids[0]}));
  second.vanish();
  shards.deliver_all();

  EXPECT_EQ(adapter->rooms, (Heard{"+/ a", "-/ " + ids[0], "-/ " + ids[1], "-/ a"}));
}

TEST_F(ClusterRooms, AreNotMixedUpWhateverTheyAreCalled) {
  for (const char* nsp : {"/a", "/a\nb"}) shards[0].server.of(nsp);
  WireClient client(shards[0]);
  shards[0].server.of("/a").on_connection([](Socket& socket) { socket.join("b\nc"); });
  shards[0].server.of("/a\nb").on_connection([](Socket& socket) { socket.join("c"); });

  client.say("0/a,");
  client.say("0/a\nb,");

  ASSERT_EQ(adapter->rooms.size(), 4U);
  EXPECT_EQ(adapter->rooms[1], "+/a b\nc");
  EXPECT_EQ(adapter->rooms[3], "+/a\nb c");
}

TEST_F(ClusterRooms, NamedLikeASocketAreThatSocketsToo) {
  WireClient first(shards[0]);
  WireClient second(shards[1]);
  first.say("0");
  second.say("0");
  first.heard();
  second.heard();
  shards.deliver_all();
  const std::string id = sockets[0]->id().text();
  adapter->rooms.clear();

  sockets[1]->join(id);
  root().to(id).emit("x", {});
  shards.deliver_all();
  EXPECT_EQ(first.heard(), Heard{"2[\"x\"]"});
  EXPECT_EQ(second.heard(), Heard{"2[\"x\"]"});
  first.vanish();
  shards.deliver_all();
  EXPECT_EQ(adapter->rooms, Heard{});
  root().to(id).emit("y", {});
  second.vanish();
  shards.deliver_all();

  EXPECT_EQ(second.heard(), Heard{"2[\"y\"]"});
  EXPECT_EQ(adapter->rooms.size(), 2U);
}

TEST_F(ClusterRequest, IsCompleteWhenEveryNodeAndClientHasBeenHeard) {
  ask();

  // In the most awkward order.
  adapter->progress.answered(number(1));
  adapter->progress.clients_expected(1);
  adapter->progress.clients_expected(2);
  adapter->progress.answered(number(2));
  adapter->progress.nodes_expected(2);
  shards.deliver_all();
  EXPECT_FALSE(answers);
  adapter->progress.answered(number(3));
  shards.deliver_all();

  ASSERT_TRUE(answers);
  EXPECT_TRUE(answers->complete);
  EXPECT_EQ(answers->answers.size(), 3U);
  adapter->progress.answered(number(4));
  shards.deliver_all();
  EXPECT_EQ(answers->answers.size(), 3U);
  shards.advance(timeout);
  EXPECT_EQ(shards.left_over(), 0U);
}

TEST_F(ClusterRequest, DropsWhatComesWhenTimeIsUp) {
  ask();
  adapter->progress.nodes_expected(1);
  adapter->progress.clients_expected(2);
  adapter->progress.answered(number(1));
  shards.deliver_all();

  shards.advance(timeout);
  adapter->progress.answered(number(2));
  shards.deliver_all();

  ASSERT_TRUE(answers);
  EXPECT_FALSE(answers->complete);
  EXPECT_EQ(answers->answers.size(), 1U);
  EXPECT_EQ(shards.left_over(), 0U);
}

TEST_F(ClusterRequest, StaysAtHomeWhenItIsLocal) {
  WireClient client(shards[1]);
  client.say("0");

  root().to("room").local().emit("x", {});
  root().to("room").local().join({"a"});
  root().to("room").local().disconnect();
  root().everybody().local().emit_with_ack("q", {}, timeout, [](const Answers&) {});
  std::size_t found = 0;
  root().everybody().local().fetch_sockets([&](const auto& all) { found = all.value().size(); });
  shards.deliver_all();

  EXPECT_EQ(found, 1U);
  EXPECT_EQ(adapter->packets, Heard{});
  EXPECT_EQ(adapter->question, nullptr);
}

TEST_F(ClusterRequest, GoesToTheAdapterInTheOrderInWhichItWasMade) {
  root().to("r").emit("x", {});
  root().to("r").join({"a"});
  root().to("r").leave({"b"});
  root().to("r").disconnect();
  root().to("r").disconnect(true);
  root().server_side_emit("hello", {});
  shards.deliver_all();

  EXPECT_EQ(adapter->packets,
            (Heard{"42[\"x\"]", "join r a", "leave r b", "disconnect r", "close r", "/ hello[]"}));
  EXPECT_FALSE(adapter->raising);
}

TEST_F(ClusterRequest, TakesWhatItNeedsOutOfAnEventThatIsOver) {
  root().on("x", [](Socket& socket, const Event& event) {
    const Arguments given{event.arguments, {}};
    socket.nsp().server_side_emit("hello", given);
    socket.nsp().everybody().emit_with_ack("q", given, timeout, [](const Answers&) {});
    socket.data() = event.argument(0);
  });
  WireClient client(shards[1]);
  client.say("0");

  client.say("2[\"x\",\"a string of more than fifteen bytes\"]");
  client.say("2[\"other\",\"another that lies where the first one was\"]");
  shards.deliver_all();

  EXPECT_EQ(adapter->packets, Heard{"/ hello[\"a string of more than fifteen bytes\"]"});
  EXPECT_EQ(json::to_text(adapter->question->arguments.values),
            "[\"a string of more than fifteen bytes\"]");
  EXPECT_EQ(json::to_text(sockets[0]->data().to_json()), "\"a string of more than fifteen bytes\"");
}

TEST_F(ClusterRequest, BringsSocketsOfOtherNodesHomeOrTheirError) {
  std::vector<std::string> ends;
  const auto note = [&](const Result<std::vector<RemoteSocket>>& found) {
    ends.push_back(found ? std::to_string(found->size()) : found.error().code.message());
  };
  WireClient client(shards[1]);
  client.say("0");

  root().everybody().fetch_sockets(note);
  shards.deliver_all();
  adapter->fetching(SocketInfos{{.id = SocketId("far"), .rooms = {}, .data = {}}});
  adapter->fetching(SocketInfos());
  shards.deliver_all();
  root().everybody().fetch_sockets(note);
  shards.deliver_all();
  adapter->fetching(fail(SocketError::ack_timeout));
  shards.deliver_all();

  EXPECT_EQ(ends, (Heard{"2", "operation has timed out"}));
  EXPECT_EQ(shards.left_over(), 0U);
}

TEST_F(ClusterRequest, BringsAnswersOfOtherServersHome) {
  std::size_t heard = 0;
  std::size_t nodes = 0;

  root().server_side_emit(
      "hello", {}, [&](const Result<ServerAnswers>& all) { heard = all.value().answers.size(); });
  shards[1].server.cluster().count_nodes([&](const auto& count) { nodes = count.value(); });
  shards.deliver_all();
  adapter->raising(ServerAnswers{{number(1), number(2)}, true});
  shards.deliver_all();

  EXPECT_EQ(heard, 2U);
  EXPECT_EQ(nodes, 7U);
  EXPECT_EQ(shards.left_over(), 0U);
}

Settings with_one_callback() {
  Settings settings;
  settings.open_callbacks_max = 1;
  return settings;
}

struct ClusterBound : ClusterTest {
  ClusterBound() : ClusterTest(with_one_callback()) {}
};

TEST_F(ClusterBound, FailsRequestsBeyondThoseThatMayBeUnderWay) {
  Heard ends;
  const auto note = [&](const Result<ServerAnswers>& all) {
    ends.push_back(all ? "answered" : all.error().code.message());
  };

  root().server_side_emit("first", {}, note);
  root().server_side_emit("second", {}, note);
  root().server_side_emit("third", {});
  shards.deliver_all();

  EXPECT_EQ(ends, Heard{"too many answers are owed"});
  EXPECT_EQ(adapter->packets, (Heard{"/ first[]", "/ third[]"}));
}

}  // namespace
}  // namespace quickclinic::socketio
