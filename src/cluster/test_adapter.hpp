#pragma once

#include "cluster/pub_sub_adapter.hpp"
#include "tests/support/wire_client.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace quickclinic::cluster::testing {

using Heard = std::vector<std::string>;

/// What the adapter says waits here; the test says what it hears.
struct HeldPubSub final : PubSub {
  struct Held {
    Heard published;
    std::map<std::string, Listener> listeners;
    std::optional<std::size_t> nodes = 2;  // nothing: it cannot be known
    std::function<void(bool)> told;

    void hear(const std::string& channel, std::string_view message) {
      listeners.at(channel)(channel, message);
    }
    Heard channels() const {
      Heard names;
      for (const auto& [name, listener] : listeners) names.push_back(name);
      return names;
    }
  };
  explicit HeldPubSub(Held& held) : held_(held) {}

  bool connected() const noexcept override { return false; }
  void on_change(std::function<void(bool)> told) override { held_.told = std::move(told); }
  void publish(ChannelKind, std::string_view channel, std::string_view message) override {
    held_.published.push_back(std::string(channel) + " " + std::string(message));
  }
  void subscribe(ChannelKind, std::string_view channel, Listener listener) override {
    held_.listeners[std::string(channel)] = std::move(listener);
  }
  void unsubscribe(ChannelKind, std::string_view channel) override {
    held_.listeners.erase(std::string(channel));
  }
  void subscribe_pattern(std::string_view pattern, Listener listener) override {
    held_.listeners[std::string(pattern)] = std::move(listener);
  }
  void unsubscribe_pattern(std::string_view pattern) override {
    held_.listeners.erase(std::string(pattern));
  }
  void count_subscribers(ChannelKind, std::string_view,
                         std::function<void(Result<std::size_t>)> done) override {
    done(held_.nodes ? Result<std::size_t>(*held_.nodes) : fail(Condition::unavailable));
  }

  Held& held_;
};

/// A node of one shard with an adapter.
struct AdapterTest : ::testing::Test {
  explicit AdapterTest(std::unique_ptr<Dialect> dialect, socketio::Settings settings = {})
      : shard(std::move(settings), nullptr, true) {
    shard.server.of("/").on_connection(
        [this](socketio::Socket& socket) { sockets.push_back(socket.shared_from_this()); });
    shard.server.cluster().set_adapter(std::make_unique<PubSubAdapter>(
        shard.server.node(), std::move(dialect), std::make_unique<HeldPubSub>(redis),
        AdapterOptions{.requests_timeout = std::chrono::milliseconds(100), .counters = counters}));
  }
  ~AdapterTest() override { shard.server.cluster().set_adapter(nullptr); }

  socketio::Namespace& root() { return shard.server.of("/"); }
  bool is_in(const std::string& room) const {
    const Heard rooms = sockets[0]->rooms();
    return std::ranges::find(rooms, room) != rooms.end();
  }
  Heard published() { return std::exchange(redis.published, {}); }
  std::string only() {
    const Heard all = published();
    return all.size() == 1 ? all.front() : std::to_string(all.size()) + " messages";
  }

  HeldPubSub::Held redis;
  std::shared_ptr<Counters> counters = std::make_shared<Counters>();
  quickclinic::testing::ManualShard shard;
  std::vector<socketio::SocketPtr> sockets;
};

}  // namespace quickclinic::cluster::testing
