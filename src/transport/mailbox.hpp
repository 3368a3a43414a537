#pragma once

#include "socketio/broadcast.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <variant>
#include <vector>

namespace quickclinic::transport {

/// A piece of work for a shard, to be run on its thread.
using ShardTask = std::move_only_function<void()>;

/// What other shards have sent to this one and it has not taken yet. The one place where shards
/// meet: any thread may push, the owner drains. Entries of one sender keep their order.
class Mailbox {
 public:
  using Entry = std::variant<std::shared_ptr<const socketio::Broadcast>, ShardTask>;

  /// More than this many broadcasts behind, a shard has stopped to serve anybody.
  static constexpr std::size_t broadcasts_max = 100'000;

  enum class Pushed {
    wake,  ///< the mailbox was empty: wake its owner
    more,  ///< the owner has been woken and has not drained yet
    full   ///< a broadcast was dropped; the owner will see `overflowed`
  };
  /// A task is always taken: there is one for each request that changes shards, which bounds them.
  /// Where there is no memory for an entry, a broadcast is dropped, and a task throws.
  Pushed push(Entry entry);

  /// Moves all entries into `entries`, which is empty. True when a broadcast was dropped since the
  /// last call: whoever was to get it has to be cut off, so that it catches up.
  bool drain(std::vector<Entry>& entries);

  /// How many entries wait now, and how many broadcasts were dropped since the beginning.
  struct Depth {
    std::size_t waiting = 0;
    std::uint64_t dropped = 0;
  };
  Depth depth();

 private:
  std::mutex mutex_;
  std::vector<Entry> entries_;
  std::size_t broadcasts_ = 0;
  bool overflowed_ = false;
  std::uint64_t dropped_ = 0;
};

}  // namespace quickclinic::transport
