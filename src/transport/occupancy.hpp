#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

namespace quickclinic::transport {

/// Which rooms one shard has members of, for the other shards to ask: a table of counters, one for
/// all rooms whose hash falls on it. The owner counts, anybody reads, without a lock. An answer of
/// `false` is exact; `true` may be another room's.
///
/// Sequentially consistent on purpose: a client that joined before it read a conversation's history
/// gets every message that was committed after what it read, because the committing shard asks
/// after its commit.
class Occupancy {
 public:
  void count(std::uint64_t room_hash, bool occupied) noexcept {
    if (occupied) {
      slot(room_hash).fetch_add(1);
    } else {
      slot(room_hash).fetch_sub(1);
    }
  }
  bool maybe(std::uint64_t room_hash) const noexcept { return slot(room_hash).load() != 0; }

 private:
  static constexpr std::size_t slots = 1U << 15U;
  using Slots = std::array<std::atomic<std::uint32_t>, slots>;

  std::atomic<std::uint32_t>& slot(std::uint64_t room_hash) const noexcept {
    return (*slots_)[(room_hash ^ (room_hash >> 32U)) % slots];
  }
  std::unique_ptr<Slots> slots_ = std::make_unique<Slots>();
};

}  // namespace quickclinic::transport
