#pragma once

#include "socketio/remote_socket.hpp"
#include "tests/support/test_node.hpp"
#include "tests/support/watched_adapter.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::testing {

using socketio::Answers;
using socketio::Arguments;
using socketio::Broadcaster;
using socketio::Namespace;
using socketio::RemoteSocket;
using socketio::ServerAnswers;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Heard = std::vector<std::string>;

/// An adapter that has to keep the contract: makes a network that nobody else is on, as the factory
/// of its nodes.
struct AdapterKind {
  const char* name;
  std::function<socketio::AdapterFactory()> network;
  unsigned shards;  ///< of each node
};

/// Three nodes, with two clients on each of them: 0 and 1 on node 0, 2 and 3 on node 1, 4 and 5 on
/// node 2.
class AdapterContract : public ::testing::TestWithParam<AdapterKind> {
 protected:
  AdapterContract() {
    const auto network = GetParam().network();
    for (int i = 0; i < 3; ++i) {
      occupancy.push_back(std::make_shared<Occupancy>());
      nodes.push_back(std::make_unique<TestNode>(
          GetParam().shards, WatchedAdapter::around(network, occupancy.back())));
      for (int j = 0; j < 2; ++j) {
        clients.push_back(std::make_unique<SocketIoClient>(nodes.back()->port()));
      }
    }
    settle();
  }

  TestNode& node(unsigned index) { return *nodes[index]; }
  SocketIoClient& client(unsigned index) { return *clients[index]; }
  unsigned last_shard() const { return GetParam().shards - 1; }

  void join(unsigned who, std::string_view room) {
    ASSERT_EQ(client(who).call("join", "\"" + std::string(room) + "\""), "[]");
  }
  /// Does something on the last shard of a node.
  void on(unsigned index, const std::function<void(Namespace&)>& what) {
    node(index).on(last_shard(), what);
  }
  /// When it returns, all that happened before is known everywhere.
  void settle() {
    for (const auto& each : nodes) {
      for (unsigned shard = 0; shard < each->shards(); ++shard) sockets_of(*each, shard);
    }
  }
  /// The ids of all sockets that `pick` leaves, as that shard sees them.
  std::set<std::string> sockets_of(TestNode& from, unsigned shard,
                                   const std::function<Broadcaster(Namespace&)>& pick = {}) {
    using Found = Result<std::vector<RemoteSocket>>;
    const Found found =
        from.answer<Found>(shard, [&](Namespace& nsp, std::function<void(Found)> to) {
          (pick ? pick(nsp) : nsp.everybody()).fetch_sockets(std::move(to));
        });
    std::set<std::string> ids;
    for (const RemoteSocket& socket : found.value()) ids.insert(socket.id().text());
    return ids;
  }
  Answers ask(unsigned from, milliseconds timeout,
              const std::function<Broadcaster(Namespace&)>& pick,
              const std::function<void()>& meanwhile) {
    const auto promise = std::make_shared<std::promise<Answers>>();  // owners: both sides
    on(from, [&](Namespace& nsp) {
      pick(nsp).emit_with_ack("q", {}, timeout,
                              [promise](Answers all) { promise->set_value(std::move(all)); });
    });
    meanwhile();
    return promise->get_future().get();
  }
  static Heard texts(const std::vector<Arguments>& answers) {
    Heard all;
    for (const Arguments& each : answers) all.push_back(json::to_text(each.values));
    std::ranges::sort(all);
    return all;
  }
  /// Expects the next packet of each client: the event that is named for it, or none (a dash), and
  /// then the mark that everybody gets.
  void expect_heard(unsigned speaker, const Heard& expected) {
    on(speaker, [](Namespace& nsp) { nsp.everybody().emit("mark", {}); });
    for (unsigned i = 0; i < clients.size(); ++i) {
      if (expected[i] != "-") EXPECT_EQ(client(i).next(), expected[i]) << "client " << i;
      EXPECT_EQ(client(i).next(), "2[\"mark\"]") << "client " << i;
    }
  }

  std::vector<std::shared_ptr<Occupancy>> occupancy;
  std::vector<std::unique_ptr<TestNode>> nodes;
  std::vector<std::unique_ptr<SocketIoClient>> clients;  // they go before their nodes
};

}  // namespace quickclinic::testing
