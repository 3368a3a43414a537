#pragma once

#include "tests/support/wire_client.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace quickclinic::testing {

/// Several shards of one process without threads: what one sends to another waits until the test
/// says that it arrives, in whatever order the test likes; only the order between two shards is
/// kept. Their clocks go together.
class ManualShards {
 public:
  explicit ManualShards(unsigned count, const socketio::Settings& settings = {},
                        bool has_adapter = false) {
    for (unsigned i = 0; i < count; ++i) links_.push_back(std::make_unique<Link>(*this, i));
    for (const auto& link : links_) {
      shards_.push_back(std::make_unique<ManualShard>(settings, link.get(), has_adapter));
    }
  }

  ManualShard& operator[](unsigned index) { return *shards_[index]; }

  /// The next thing that `from` has sent to `to` arrives. False when there is none.
  bool deliver(unsigned from, unsigned to) {
    auto& waiting = on_the_way_[{from, to}];
    if (waiting.empty()) return false;
    const auto task = std::make_unique<Task>(std::move(waiting.front()));
    waiting.pop_front();
    (*task)(shards_[to]->server);
    return true;
  }
  /// Everything arrives, and all that is sent because of it.
  void deliver_all() {
    const auto count = static_cast<unsigned>(shards_.size());
    for (bool any = true; std::exchange(any, false);) {
      for (unsigned from = 0; from < count; ++from) {
        for (unsigned to = 0; to < count; ++to) {
          while (deliver(from, to)) any = true;
        }
      }
    }
  }
  std::size_t on_the_way(unsigned from, unsigned to) { return on_the_way_[{from, to}].size(); }

  void advance(std::chrono::milliseconds by) {
    for (const auto& shard : shards_) shard->advance(by);
  }
  /// What still waits for something, on all shards: callbacks and timers.
  std::size_t left_over() const {
    std::size_t all = 0;
    for (const auto& shard : shards_) {
      all += shard->server.callbacks().size() + shard->timers.size();
    }
    return all;
  }

 private:
  using Task = std::move_only_function<void(socketio::Server&)>;

  struct Link final : socketio::ShardLink {
    Link(ManualShards& owner, unsigned number) : all(owner), index(number) {}

    unsigned shard() const noexcept override { return index; }
    unsigned shards() const noexcept override { return static_cast<unsigned>(all.links_.size()); }
    void run_on(unsigned shard, Task task) override {
      all.on_the_way_[{index, shard}].push_back(std::move(task));
    }
    void room_occupied(std::uint64_t room_hash, bool occupied) override {
      members[room_hash] += occupied ? 1 : -1;
    }
    void publish(std::shared_ptr<const socketio::Broadcast> broadcast) override {
      for (const auto& link : all.links_) {
        if (link->index == index || !link->wants(*broadcast)) continue;
        run_on(link->index, [broadcast](socketio::Server& there) { there.deliver(broadcast); });
      }
    }
    bool wants(const socketio::Broadcast& broadcast) {
      bool any = broadcast.to.rooms.empty();
      for (const std::string& room : broadcast.to.rooms) {
        any = any || members[socketio::room_hash(broadcast.to.nsp, room)] > 0;
      }
      return any;
    }

    ManualShards& all;
    unsigned index;
    std::map<std::uint64_t, int> members;
  };

  std::vector<std::unique_ptr<Link>> links_;
  std::vector<std::unique_ptr<ManualShard>> shards_;
  std::map<std::pair<unsigned, unsigned>, std::deque<Task>> on_the_way_;
};

}  // namespace quickclinic::testing
