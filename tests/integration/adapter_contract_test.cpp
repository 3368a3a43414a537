#include "tests/integration/adapter_contract.hpp"

#include "tests/support/bus_adapter.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace quickclinic::testing {
namespace {

INSTANTIATE_TEST_SUITE_P(Bus, AdapterContract,
                         ::testing::Values(AdapterKind{"of_one_shard", &BusAdapter::network, 1},
                                           AdapterKind{"of_three_shards", &BusAdapter::network, 3}),
                         [](const auto& tested) { return tested.param.name; });

TEST_P(AdapterContract, BroadcastsToEverybodyOnAllNodes) {
  on(1, [](Namespace& nsp) { nsp.everybody().emit("x", {json::Array{1, "two"}, {}}); });

  expect_heard(1, Heard(6, R"(2["x",1,"two"])"));
}

TEST_P(AdapterContract, BroadcastsToRoomsAndLeavesOutTheExcepted) {
  join(0, "a");
  join(2, "a");
  join(2, "b");
  join(4, "b");
  join(5, "b");
  settle();
  const std::string left_out = socket_id(client(4));

  on(0, [&](Namespace& nsp) { nsp.to("a").to("b").except(left_out).emit("x", {}); });
  expect_heard(0, {"2[\"x\"]", "-", "2[\"x\"]", "-", "-", "2[\"x\"]"});
  on(2, [](Namespace& nsp) { nsp.except("b").emit("y", {}); });
  expect_heard(2, {"2[\"y\"]", "2[\"y\"]", "-", "2[\"y\"]", "-", "-"});
  on(1, [&](Namespace& nsp) { nsp.to(left_out).emit("z", {}); });
  expect_heard(1, {"-", "-", "-", "-", "2[\"z\"]", "-"});
}

TEST_P(AdapterContract, BroadcastsBinaryData) {
  const Arguments file{json::Array{json::Object{{"_placeholder", true}, {"num", 0}}},
                       {std::string("\x00\xff", 2)}};

  on(0, [&](Namespace& nsp) { nsp.everybody().emit("file", file); });

  for (const auto& each : clients) {
    EXPECT_EQ(each->websocket().receive_text(), R"(451-["file",{"_placeholder":true,"num":0}])");
    EXPECT_EQ(each->websocket().receive().payload, std::string("\x00\xff", 2));
  }
}

TEST_P(AdapterContract, BroadcastsVolatileEventsToThoseWhoListen) {
  on(0, [](Namespace& nsp) { nsp.everybody().if_writable().emit("x", {}); });

  expect_heard(0, Heard(6, "2[\"x\"]"));
}

TEST_P(AdapterContract, KeepsWhatIsLocalAtHome) {
  on(1, [](Namespace& nsp) { nsp.everybody().local().emit("x", {}); });
  expect_heard(1, {"-", "-", "2[\"x\"]", "2[\"x\"]", "-", "-"});

  on(1, [](Namespace& nsp) { nsp.everybody().local().join({"home"}); });
  settle();
  on(0, [](Namespace& nsp) { nsp.to("home").emit("y", {}); });
  expect_heard(0, {"-", "-", "2[\"y\"]", "2[\"y\"]", "-", "-"});
  const auto home = [](Namespace& nsp) { return nsp.everybody().local(); };
  EXPECT_EQ(sockets_of(node(2), 0, home), (std::set{socket_id(client(4)), socket_id(client(5))}));
}

TEST_P(AdapterContract, KeepsTheOrderOfOneSender) {
  constexpr int each = 100;

  for (unsigned from = 0; from < 3; ++from) {
    on(from, [from](Namespace& nsp) {
      for (int i = 0; i < each; ++i) nsp.everybody().emit("x", {json::Array{from, i}, {}});
    });
  }

  for (unsigned who = 0; who < clients.size(); ++who) {
    std::vector<int> next(3, 0);
    for (int i = 0; i < 3 * each; ++i) {
      const std::string packet = client(who).next();
      const auto from = static_cast<std::size_t>(packet.at(6) - '0');
      ASSERT_EQ(packet,
                "2[\"x\"," + std::to_string(from) + "," + std::to_string(next.at(from)++) + "]");
    }
  }
}

TEST_P(AdapterContract, GathersAnswersOfClientsOnAllNodes) {
  join(0, "asked");
  join(3, "asked");
  join(4, "asked");
  settle();
  const auto pick = [](Namespace& nsp) { return nsp.to("asked"); };

  const Answers answers = ask(1, seconds(15), pick, [&] {
    for (unsigned who : {4U, 0U, 3U}) answer_question(client(who), "q", std::to_string(who));
  });

  EXPECT_TRUE(answers.complete);
  EXPECT_EQ(texts(answers.answers), (Heard{"[0]", "[3]", "[4]"}));
}

TEST_P(AdapterContract, IsDoneAtOnceWhenNobodyIsAsked) {
  const auto pick = [](Namespace& nsp) { return nsp.to("nowhere"); };

  const Answers answers = ask(0, seconds(15), pick, [] {});

  EXPECT_TRUE(answers.complete);
  EXPECT_EQ(answers.answers.size(), 0U);
}

TEST_P(AdapterContract, HandsOverPartOfTheAnswersWhenTimeIsUp) {
  const auto pick = [](Namespace& nsp) { return nsp.everybody(); };

  const Answers answers = ask(2, milliseconds(400), pick, [&] {
    for (unsigned who : {0U, 2U, 5U}) answer_question(client(who), "q", std::to_string(who));
  });

  EXPECT_FALSE(answers.complete);
  EXPECT_EQ(texts(answers.answers), (Heard{"[0]", "[2]", "[5]"}));
}

TEST_P(AdapterContract, KeepsQuestionsApart) {
  const auto at_home = [](Namespace& nsp) { return nsp.everybody().local(); };
  const auto pick = [](Namespace& nsp) { return nsp.everybody(); };

  // While all are asked, one node asks its own clients.
  const Answers answers = ask(0, seconds(15), pick, [&] {
    for (unsigned who = 0; who < 6; ++who) answer_question(client(who), "q", "\"all\"");
    const Answers own = ask(1, seconds(15), at_home, [&] {
      for (unsigned who : {2U, 3U}) answer_question(client(who), "q", "\"own\"");
    });
    EXPECT_EQ(texts(own.answers), Heard(2, "[\"own\"]"));
  });

  EXPECT_EQ(texts(answers.answers), Heard(6, "[\"all\"]"));
}

TEST_P(AdapterContract, FindsSocketsOnAllNodes) {
  join(1, "room");
  join(5, "room");
  settle();
  const auto in_room = [](Namespace& nsp) { return nsp.to("room"); };

  EXPECT_EQ(sockets_of(node(1), last_shard()).size(), 6U);
  EXPECT_EQ(sockets_of(node(1), last_shard(), in_room),
            (std::set{socket_id(client(1)), socket_id(client(5))}));
}

TEST_P(AdapterContract, TellsWhatIsKnownOfARemoteSocket) {
  join(5, "room");
  for (unsigned shard = 0; shard < node(2).shards(); ++shard) {
    node(2).on(shard, [](Namespace& nsp) {
      for (const auto& socket : nsp.in("room")) socket->data() = json::Value{{"name", "Ada"}};
    });
  }
  settle();
  using Found = Result<std::vector<RemoteSocket>>;

  const Found found = node(0).answer<Found>(0, [](Namespace& nsp, std::function<void(Found)> to) {
    nsp.to("room").fetch_sockets(std::move(to));
  });

  ASSERT_EQ(found.value().size(), 1U);
  const RemoteSocket& socket = found.value().front();
  EXPECT_EQ(socket.id().text(), socket_id(client(5)));
  EXPECT_EQ(socket.rooms(), (Heard{socket_id(client(5)), "room"}));
  EXPECT_EQ(json::to_text(socket.data()), R"({"name":"Ada"})");
  ASSERT_TRUE(socket.handshake());
  EXPECT_EQ(socket.handshake()->session->query_value("EIO"), "4");
}

TEST_P(AdapterContract, ReachesARemoteSocket) {
  const std::string id = socket_id(client(4));
  using Found = Result<std::vector<RemoteSocket>>;
  const Found found = node(0).answer<Found>(0, [&](Namespace& nsp, std::function<void(Found)> to) {
    nsp.to(id).fetch_sockets(std::move(to));
  });
  const RemoteSocket socket = found.value().at(0);
  const auto answer = std::make_shared<std::promise<Result<Arguments>>>();  // owners: both sides

  node(0).on(0, [&](Namespace&) {
    socket.emit("hello", {});
    socket.emit_with_ack("q", {}, seconds(15),
                         [answer](Result<Arguments> with) { answer->set_value(std::move(with)); });
  });

  EXPECT_EQ(client(4).next(), "2[\"hello\"]");
  answer_question(client(4), "q", "\"yes\"");
  EXPECT_EQ(json::to_text(answer->get_future().get().value().values), "[\"yes\"]");
}

TEST_P(AdapterContract, MakesSocketsJoinAndLeaveOnAllNodes) {
  const std::string stays = socket_id(client(0));

  on(1, [](Namespace& nsp) { nsp.everybody().join({"a", "b"}); });
  settle();
  on(1, [&](Namespace& nsp) { nsp.to("a").except(stays).leave({"a"}); });
  settle();

  on(2, [](Namespace& nsp) { nsp.to("a").emit("x", {}); });
  expect_heard(2, {"2[\"x\"]", "-", "-", "-", "-", "-"});
  on(2, [](Namespace& nsp) { nsp.to("b").emit("y", {}); });
  expect_heard(2, Heard(6, "2[\"y\"]"));
}

TEST_P(AdapterContract, DisconnectsSocketsOnAllNodes) {
  for (unsigned who : {0U, 2U, 4U}) join(who, "out");
  join(5, "gone");
  settle();

  on(0, [](Namespace& nsp) {
    nsp.to("out").disconnect();
    nsp.to("gone").disconnect(true);
  });

  for (unsigned who : {0U, 2U, 4U, 5U}) EXPECT_EQ(client(who).next(), "1");
  EXPECT_EQ(client(5).next(), "closed");
  settle();
  EXPECT_EQ(sockets_of(node(2), 0), (std::set{socket_id(client(1)), socket_id(client(3))}));
}

// Each node answers with its number, and what it was asked: one value, since Node has no more.
void listen(TestNode& node, int number,
            std::vector<std::shared_ptr<std::promise<std::string>>> to = {}) {
  node.on(0, [=](Namespace& nsp) {
    nsp.on_server_event("hello", [=](const Arguments& arguments,
                                     const std::function<void(Arguments)>& reply) {
      if (reply) {
        reply({json::Array{json::Object{{"node", number}, {"to", arguments.values.at(0)}}}, {}});
      } else {
        to.at(static_cast<std::size_t>(number))->set_value(json::to_text(arguments.values));
      }
    });
  });
}

TEST_P(AdapterContract, RaisesServerSideEventsOnTheOtherNodes) {
  std::vector<std::shared_ptr<std::promise<std::string>>> heard;
  for (int i = 0; i < 3; ++i) {
    heard.push_back(std::make_shared<std::promise<std::string>>());
    listen(node(static_cast<unsigned>(i)), i, heard);
  }

  on(1, [](Namespace& nsp) { nsp.server_side_emit("hello", {json::Array{"x", 1}, {}}); });

  EXPECT_EQ(heard[0]->get_future().get(), "[\"x\",1]");
  EXPECT_EQ(heard[2]->get_future().get(), "[\"x\",1]");
  settle();
  EXPECT_EQ(heard[1]->get_future().wait_for(seconds(0)), std::future_status::timeout);
}

TEST_P(AdapterContract, GathersTheAnswersOfTheOtherNodes) {
  for (unsigned i = 0; i < 3; ++i) listen(node(i), static_cast<int>(i));

  const auto answers = node(1).run<ServerAnswers>(last_shard(), [](Namespace& nsp) {
    return nsp.server_side_ask("hello", Arguments{json::Array{"x"}, {}});
  });

  ASSERT_TRUE(answers);
  EXPECT_TRUE(answers->complete);
  EXPECT_EQ(texts(answers->answers),
            (Heard{R"([{"node":0,"to":"x"}])", R"([{"node":2,"to":"x"}])"}));
}

TEST_P(AdapterContract, HandsOverPartOfTheServersAnswersWhenOneIsSilent) {
  listen(node(0), 0);
  node(2).on(0, [](Namespace& nsp) { nsp.on_server_event("hello", [](auto&&...) {}); });

  const auto answers = node(1).run<ServerAnswers>(last_shard(), [](Namespace& nsp) {
    return nsp.server_side_ask("hello", Arguments{json::Array{"x"}, {}});
  });

  ASSERT_TRUE(answers);
  EXPECT_FALSE(answers->complete);
  EXPECT_EQ(texts(answers->answers), Heard{R"([{"node":0,"to":"x"}])"});
}

TEST_P(AdapterContract, CountsTheNodes) {
  using Count = Result<std::size_t>;
  const auto count = [&] {
    return node(0)
        .answer<Count>(last_shard(),
                       [](Namespace& nsp, std::function<void(Count)> to) {
                         nsp.server().cluster().count_nodes(std::move(to));
                       })
        .value();
  };
  EXPECT_EQ(count(), 3U);

  clients.resize(4);
  nodes.pop_back();

  EXPECT_EQ(count(), 2U);
}

TEST_P(AdapterContract, GoesOnWithoutANodeThatHasGone) {
  for (unsigned who : {0U, 2U}) join(who, "room");
  clients.resize(4);
  nodes.pop_back();

  on(0, [](Namespace& nsp) { nsp.everybody().emit("x", {}); });
  expect_heard(0, Heard(4, "2[\"x\"]"));
  const auto pick = [](Namespace& nsp) { return nsp.to("room"); };
  const Answers answers = ask(1, seconds(15), pick, [&] {
    for (unsigned who : {0U, 2U}) answer_question(client(who), "q", "1");
  });
  EXPECT_TRUE(answers.complete);
}

TEST_P(AdapterContract, IsToldOnceOfTheFirstAndTheLastMemberOfARoom) {
  // So many clients on one node that each of its shards has some.
  std::vector<std::unique_ptr<SocketIoClient>> more;
  for (int i = 0; i < 12; ++i) {
    more.push_back(std::make_unique<SocketIoClient>(node(1).port()));
    more.back()->call("join", R"("ward","line\nbreak")");
  }
  settle();
  EXPECT_EQ(occupancy[1]->of("ward"), Heard{"+"});

  for (const auto& each : more) each->call("leave", "\"ward\"");
  for (const auto& each : more) each->call("leave", R"("line\nbreak")");
  settle();
  more.front()->call("join", "\"ward\"");
  settle();

  EXPECT_EQ(occupancy[1]->of("ward"), (Heard{"+", "-", "+"}));
  EXPECT_EQ(occupancy[1]->of("line\nbreak"), (Heard{"+", "-"}));
  EXPECT_EQ(occupancy[0]->of("ward"), Heard{});
  EXPECT_EQ(occupancy[1]->of(socket_id(client(2))), Heard{"+"});
}

}  // namespace
}  // namespace quickclinic::testing
