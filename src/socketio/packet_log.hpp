#pragma once

#include "base/clock.hpp"
#include "socketio/broadcast.hpp"
#include "socketio/offset.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace quickclinic::socketio {

/// The packets of one namespace that clients may come back for, as one shard saw them: those sent
/// to rooms on all shards, and those sent to single sockets on this one.
///
/// Bounded by age and by number and bytes; `complete_since` tells what the latter has cost. Not
/// thread-safe.
class PacketLog {
 public:
  struct Bounds {
    std::chrono::milliseconds age{0};
    std::size_t packets_max = 100'000;
    std::size_t bytes_max = 64'000'000;
  };
  /// For each shard: the number behind the last that is here, or was.
  using Marks = std::vector<std::uint64_t>;

  PacketLog(unsigned shards, Bounds bounds) : bounds_(bounds), shards_(shards) {}

  /// Packets of one shard come in the order of their numbers. `packet` has an offset.
  void add(BroadcastPtr packet, TimePoint now);
  /// Forgets what is too old.
  void trim(TimePoint now);

  /// The place behind the last packet, in the order in which they came here.
  std::uint64_t end() const noexcept { return next_place_; }
  Marks marks() const;
  /// Where a packet stands; nothing when it is not here.
  std::optional<std::uint64_t> place_of(const Offset& offset) const;
  /// False when packets at or behind `place` had to go before their time.
  bool complete_since(std::uint64_t place, TimePoint now) const noexcept;

  /// What is at or behind `place` and meant for somebody in `rooms`, in order. Of each shard, only
  /// packets at or behind `marks`, if there are any.
  std::vector<BroadcastPtr> since(std::uint64_t place, const std::vector<std::string>& rooms,
                                  const Marks& marks) const;
  /// What is at or behind `marks` and meant for somebody in `rooms`, in order; without packets that
  /// only this shard has.
  std::vector<BroadcastPtr> behind(const Marks& marks, const std::vector<std::string>& rooms) const;
  bool empty() const noexcept { return packets_ == 0; }

 private:
  struct Entry {
    std::uint64_t place = 0;
    BroadcastPtr packet;
    TimePoint at;
  };
  struct Origin {
    std::deque<Entry> entries;  // sorted, by place and by number
    std::uint64_t mark = 0;
  };

  std::vector<BroadcastPtr> select(std::uint64_t place, const std::vector<std::string>& rooms,
                                   const Marks& marks, bool this_shard_too) const;
  Origin* oldest();
  void drop_front(Origin& origin);

  Bounds bounds_;
  std::vector<Origin> shards_;
  std::uint64_t next_place_ = 0;
  std::size_t packets_ = 0;
  std::size_t bytes_ = 0;
  std::uint64_t lost_before_ = 0;  // places whose packets went for want of room
  TimePoint lost_at_;              // when the last of these came
};

}  // namespace quickclinic::socketio
