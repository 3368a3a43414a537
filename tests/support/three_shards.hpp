#pragma once

#include "socketio/broadcaster.hpp"
#include "tests/support/manual_shards.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::socketio {

/// Three shards, with a client of the default namespace on each of them.
class ThreeShards : public ::testing::Test {
 protected:
  using Heard = std::vector<std::string>;
  static constexpr std::chrono::milliseconds timeout{100};

  explicit ThreeShards(const Settings& settings = {}) : shards(3, settings) {
    for (unsigned i = 0; i < 3; ++i) {
      shards[i].server.of("/").on_connection(
          [this](Socket& socket) { sockets.push_back(socket.shared_from_this()); });
      clients.push_back(std::make_unique<testing::WireClient>(shards[i]));
      clients.back()->say("0");
      clients.back()->heard();
    }
  }

  Broadcaster everybody(unsigned shard = 0) { return shards[shard].server.of("/").everybody(); }
  Heard heard(unsigned client) { return clients[client]->heard(); }
  /// Asks from shard 0; `answers` is set when it is done.
  void ask(Broadcaster whom, std::string_view name = "q") {
    std::move(whom).emit_with_ack(name, {}, timeout, [this](Answers all) {
      ++done;
      answers = std::move(all);
    });
  }
  /// The client's answer to the question that it was asked last.
  void answer(unsigned client, std::string_view with) {
    const std::string question = heard(client).back();
    const std::string id = question.substr(1, question.find('[') - 1);
    clients[client]->say("3" + id + "[" + std::string(with) + "]");
  }
  Heard texts() const {
    Heard all;
    for (const Arguments& each : answers.answers) all.push_back(json::to_text(each.values));
    return all;
  }

  testing::ManualShards shards;
  std::vector<SocketPtr> sockets;
  std::vector<std::unique_ptr<testing::WireClient>> clients;
  Answers answers;
  int done = 0;
};

}  // namespace quickclinic::socketio
