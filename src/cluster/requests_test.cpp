#include "cluster/requests.hpp"

#include "cluster/error.hpp"
#include "cluster/test_messages.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace quickclinic::cluster {
namespace {

Message answer(MessageKind kind, std::string request = "r") {
  return {.kind = kind, .request = std::move(request), .who = testing::to({})};
}

Message sockets(std::string id) {
  Message found = answer(MessageKind::sockets);
  found.sockets.push_back({.id = socketio::SocketId(std::move(id)), .rooms = {}, .data = {}});
  return found;
}

struct RequestsForSockets : ::testing::Test {
  RequestsForSockets() {
    requests.await_sockets("r", 2, [this](Result<socketio::SocketInfos> all) { end = all; });
  }
  Requests requests;
  std::optional<Result<socketio::SocketInfos>> end;
};

TEST_F(RequestsForSockets, EndWithTheLastAnswer) {
  requests.take(sockets("a"));
  EXPECT_FALSE(end);
  requests.take(sockets("b"));

  EXPECT_EQ(end->value().size(), 2U);
  EXPECT_FALSE(requests.expire("r"));
  EXPECT_EQ(requests.size(), 0U);
}

TEST_F(RequestsForSockets, FailWhenTimeIsUp) {
  requests.take(sockets("a"));

  EXPECT_TRUE(requests.expire("r"));

  EXPECT_EQ(end->error().code, make_error_code(ClusterError::no_answer));
  requests.take(sockets("b"));
  EXPECT_EQ(requests.size(), 0U);
}

TEST_F(RequestsForSockets, TakeNoOtherAnswers) {
  for (const MessageKind kind : {MessageKind::rooms, MessageKind::ids, MessageKind::server_answer,
                                 MessageKind::client_count, MessageKind::done}) {
    requests.take(answer(kind));
    requests.take(answer(kind));
  }
  requests.take(answer(MessageKind::sockets, "another"));
  requests.take(answer(MessageKind::sockets, ""));

  EXPECT_FALSE(end);
}

TEST(RequestsForRooms, NameEachRoomOnce) {
  Requests requests;
  std::vector<std::string> rooms;
  requests.await_rooms("r", 1, {"b", "a"}, [&](auto all) { rooms = all.value(); });

  Message more = answer(MessageKind::rooms);
  more.rooms = {"c", "a"};
  requests.take(more);

  EXPECT_EQ(rooms, (std::vector<std::string>{"a", "b", "c"}));
}

TEST(RequestsToServers, HandOverWhatCameInTime) {
  Requests requests;
  std::optional<socketio::ServerAnswers> end;
  requests.await_servers("r", 2, [&](auto all) { end = all.value(); });

  requests.take(answer(MessageKind::server_answer));
  requests.expire("r");

  EXPECT_EQ(end->answers.size(), 1U);
  EXPECT_FALSE(end->complete);
}

TEST(RequestsToClients, PassOnCountsAndAnswersUntilTimeIsUp) {
  Requests requests;
  std::size_t clients = 0;
  std::size_t answers = 0;
  requests.await_clients("r", {.nodes_expected = {},
                               .clients_expected = [&](std::size_t more) { clients += more; },
                               .answered = [&](const socketio::Arguments&) { ++answers; }});

  Message count = answer(MessageKind::client_count);
  count.clients = 3;
  requests.take(count);
  count.clients = std::size_t(-1);  // whoever says so cannot make the sum overflow
  requests.take(count);
  requests.take(answer(MessageKind::client_answer));
  requests.expire("r");
  requests.take(answer(MessageKind::client_answer));

  EXPECT_EQ(clients, 3 + Requests::answers_max);
  EXPECT_EQ(answers, 1U);
}

}  // namespace
}  // namespace quickclinic::cluster
