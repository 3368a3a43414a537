#include "engineio/handshake.hpp"
#include "socketio/error.hpp"
#include "socketio/remote_socket.hpp"
#include "tests/support/test_node.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace quickclinic::testing {
namespace {

using socketio::Answers;
using socketio::Arguments;
using socketio::Namespace;
using socketio::RemoteSocket;
using socketio::ServerAnswers;
using socketio::Socket;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Heard = std::vector<std::string>;

// A server of one or four shards, with clients on all of them.
class Requests : public ::testing::TestWithParam<unsigned> {
 protected:
  Requests() {
    std::set<unsigned> shards;
    while (clients.size() < 8 || shards.size() < GetParam()) {
      clients.push_back(std::make_unique<SocketIoClient>(node.port()));
      shards.insert(*engineio::shard_of(clients.back()->sid()));
    }
    for (std::size_t i = 0; i < clients.size(); i += 2) clients[i]->call("join", "\"even\"");
  }

  unsigned last() const { return GetParam() - 1; }
  // Each client hears that event next, or nothing (those with an odd number), and then the mark.
  void expect_even_heard(std::string_view event) {
    node.on(last(), [](Namespace& nsp) { nsp.everybody().emit("mark", {}); });
    for (std::size_t i = 0; i < clients.size(); ++i) {
      if (i % 2 == 0) EXPECT_EQ(clients[i]->next(), event);
      EXPECT_EQ(clients[i]->next(), "2[\"mark\"]");
    }
  }
  std::size_t evens() const { return (clients.size() + 1) / 2; }

  TestNode node{GetParam()};
  std::vector<std::unique_ptr<SocketIoClient>> clients;
};
INSTANTIATE_TEST_SUITE_P(Shards, Requests, ::testing::Values(1U, 4U));

TEST_P(Requests, AskManyClientsAndAwaitTheirAnswers) {
  std::thread answering([this] {
    for (const auto& client : clients) answer_question(*client, "q", "\"" + client->sid() + "\"");
  });

  const auto answers = node.run<Answers>(
      last(), [](Namespace& nsp) { return nsp.everybody().ask("q", {}, seconds(15)); });
  answering.join();

  ASSERT_TRUE(answers);
  EXPECT_TRUE(answers->complete);
  Heard heard;
  Heard expected;
  for (const Arguments& each : answers->answers) heard.push_back(json::to_text(each.values));
  for (const auto& client : clients) expected.push_back("[\"" + client->sid() + "\"]");
  std::ranges::sort(heard);
  std::ranges::sort(expected);
  EXPECT_EQ(heard, expected);
}

TEST_P(Requests, EndInTimeWithoutTheAnswersThatAreLate) {
  const auto answers = node.run<Answers>(
      last(), [](Namespace& nsp) { return nsp.to("even").ask("q", {}, milliseconds(50)); });

  ASSERT_TRUE(answers);
  EXPECT_FALSE(answers->complete);
  EXPECT_EQ(answers->answers.size(), 0U);
}

TEST_P(Requests, AskManyTimesAtOnce) {
  constexpr int rounds = 50;
  std::thread answering([this] {
    for (int i = 0; i < rounds; ++i) {
      for (const auto& client : clients) answer_question(*client, "q", "1");
    }
  });
  std::atomic<int> complete = 0;
  const auto finished =
      std::make_shared<std::promise<void>>();  // owners: the test, and the last one

  for (int i = 0; i < rounds; ++i) {
    node.on(static_cast<unsigned>(i) % GetParam(), [&](Namespace& nsp) {
      nsp.everybody().emit_with_ack("q", {}, seconds(15), [&, finished](const Answers& all) {
        EXPECT_TRUE(all.complete);
        EXPECT_EQ(all.answers.size(), clients.size());
        if (++complete == rounds) finished->set_value();
      });
    });
  }
  answering.join();

  EXPECT_EQ(finished->get_future().wait_for(seconds(20)), std::future_status::ready);
}

TEST_P(Requests, FetchSocketsAndReachEachOfThem) {
  const auto found = node.run<std::vector<RemoteSocket>>(
      last(), [](Namespace& nsp) { return nsp.to("even").fetch_sockets(); });
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), evens());

  for (const RemoteSocket& socket : *found) {
    EXPECT_EQ(socket.rooms().size(), 2U);
    node.on(last(), [&](Namespace&) { socket.emit("x", {}); });
  }
  expect_even_heard("2[\"x\"]");

  std::thread answering([this] { answer_question(*clients[0], "q", "7"); });
  const std::string first = socket_id(*clients[0]);
  const RemoteSocket& asked =
      *std::ranges::find(*found, first, [](const RemoteSocket& s) { return s.id().text(); });
  const auto answer =
      node.run<Arguments>(last(), [&asked](Namespace&) { return asked.ask("q", {}, seconds(15)); });
  answering.join();
  EXPECT_EQ(json::to_text(answer.value().values), "[7]");
}

TEST_P(Requests, AskASingleClient) {
  const std::string id = socket_id(*clients[0]);
  const unsigned home = *engineio::shard_of(clients[0]->sid());
  const auto ask = [&id](milliseconds timeout) {
    return [&id, timeout](Namespace& nsp) {
      return nsp.find(socketio::SocketId(id))->ask("q", {}, timeout);
    };
  };

  std::thread answering([this] { answer_question(*clients[0], "q", "\"yes\""); });
  const auto answer = node.run<Arguments>(home, ask(seconds(15)));
  answering.join();
  const auto late = node.run<Arguments>(home, ask(milliseconds(50)));

  EXPECT_EQ(json::to_text(answer.value().values), "[\"yes\"]");
  EXPECT_EQ(late.error().code, make_error_code(socketio::SocketError::ack_timeout));
}

TEST_P(Requests, FindNobodyWhereThereIsNoOtherNode) {
  const auto answers = node.run<ServerAnswers>(
      last(), [](Namespace& nsp) { return nsp.server_side_ask("hello", {}); });

  ASSERT_TRUE(answers);
  EXPECT_TRUE(answers->complete);
  EXPECT_EQ(answers->answers.size(), 0U);
}

TEST_P(Requests, MoveSocketsBetweenRoomsOnAllShards) {
  node.on(last(), [](Namespace& nsp) {
    nsp.to("even").join({"a", "b"});
    nsp.except("a").join({"odd"});
  });
  // What one shard sends to another arrives in order, so these find what was done before.
  node.on(last(), [](Namespace& nsp) {
    nsp.everybody().leave({"b"});
    nsp.to("b").emit("nobody", {});
    nsp.to("a").emit("x", {});
  });

  for (std::size_t i = 0; i < clients.size(); i += 2) EXPECT_EQ(clients[i]->next(), "2[\"x\"]");
}

TEST_P(Requests, DisconnectSocketsOnAllShards) {
  node.on(last(), [](Namespace& nsp) { nsp.to("even").disconnect(true); });

  for (std::size_t i = 0; i < clients.size(); ++i) {
    if (i % 2 == 0) {
      EXPECT_EQ(clients[i]->next(), "1");
      EXPECT_EQ(clients[i]->next(), "closed");
    }
  }
  const auto left = node.run<std::vector<RemoteSocket>>(
      last(), [](Namespace& nsp) { return nsp.everybody().fetch_sockets(); });
  EXPECT_EQ(left.value().size(), clients.size() - evens());
}

TEST_P(Requests, LeaveOutTheExceptedAndStayOnTheShardWhenTold) {
  node.on(last(), [](Namespace& nsp) { nsp.everybody().except("even").emit("odd", {}); });
  node.on(last(), [](Namespace& nsp) { nsp.to("even").local().if_writable().emit("even", {}); });
  node.on(last(), [](Namespace& nsp) { nsp.everybody().this_shard().emit("here", {}); });
  node.on(last(), [](Namespace& nsp) { nsp.everybody().emit("mark", {}); });

  for (std::size_t i = 0; i < clients.size(); ++i) {
    EXPECT_EQ(clients[i]->next(), i % 2 == 0 ? "2[\"even\"]" : "2[\"odd\"]");
    if (engineio::shard_of(clients[i]->sid()) == last()) {
      EXPECT_EQ(clients[i]->next(), "2[\"here\"]");
    }
    EXPECT_EQ(clients[i]->next(), "2[\"mark\"]");
  }
}

}  // namespace
}  // namespace quickclinic::testing
