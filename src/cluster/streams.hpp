#pragma once

#include "base/result.hpp"
#include "cluster/entry_id.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace quickclinic::cluster {

using EntryFields = std::vector<std::pair<std::string, std::string>>;

struct StreamEntry {
  EntryId id;
  EntryFields fields;  ///< whatever somebody has written there
};

/// One stream of Redis: what is appended to it is read by all who follow it, in the same order, and
/// stays there for a while. One object a process, on shard 0; every call and every callback is on
/// its thread, and no callback comes while a call is under way.
///
/// It connects by itself and again whenever the line breaks, and goes on reading where it was. What
/// is gone from the stream by then is skipped, which is logged once.
class Streams {
 public:
  using Follower = std::function<void(const StreamEntry& entry)>;

  virtual ~Streams() = default;

  /// Told every entry from now on, one's own included. Once, before the first turn of the loop.
  virtual void follow(Follower follower) = 0;
  /// `done` is told the entry's id, or that it is not known whether there will be one: Redis is
  /// away or refuses. While it is away entries wait, in order, and beyond a bound they are dropped.
  virtual void append(const EntryFields& fields, std::function<void(Result<EntryId>)> done) = 0;

  // -- sessions; all of this is done in the order in which it is asked for

  /// At most `count` entries from `from` to `to`, both included, in order.
  virtual void range(const EntryId& from, const EntryId& to, std::size_t count,
                     std::function<void(Result<std::vector<StreamEntry>>)> done) = 0;
  /// Keeps a value for a while.
  virtual void keep(std::string_view key, std::string_view value,
                    std::chrono::milliseconds time) = 0;
  /// Takes it from where it was kept; nothing when it is not there.
  virtual void take(std::string_view key, std::function<void(std::optional<std::string>)> done) = 0;
};

}  // namespace quickclinic::cluster
