#pragma once

#include "base/clock.hpp"
#include "store/sqlite/job.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace quickclinic::store {

/// What waits for the database threads: bounded in number and in time, so that a database that
/// falls behind refuses work instead of hoarding it.
///
/// Any thread may submit; the database threads take. Lives as long as those threads.
class JobQueue {
 public:
  struct Limits {
    std::size_t jobs_max = 0;  ///< more are refused with `overloaded`
    Duration wait_max{};  ///< a job that waited longer is refused with `overloaded` and never run
  };
  JobQueue(Limits limits, std::function<TimePoint()> now) : limits_(limits), now_(std::move(now)) {}

  /// Queues `job`, or refuses it: then its caller is resumed at once. After `close`, `unavailable`.
  void submit(std::unique_ptr<Job> job);

  /// Waits for work and takes up to `jobs_max` in the order in which they came. Empty after a
  /// nudge, and when the queue was closed and nothing is left.
  Jobs take(std::size_t jobs_max);

  /// Lets a `take` return within `wait`, with jobs or without, so that its thread looks after what
  /// else it has to do. A nudge that is waiting already stands.
  void nudge(Duration wait);

  /// How many jobs wait now, and how many were refused since the beginning.
  struct Depth {
    std::size_t waiting = 0;
    std::uint64_t refused = 0;
  };
  Depth depth();

  /// Lets no more in. What is queued is still to be taken.
  void close();
  bool closed();

 private:
  const Limits limits_;
  const std::function<TimePoint()> now_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<std::unique_ptr<Job>> waiting_;
  std::optional<TimePoint> nudged_;  // until then; of the real clock
  std::uint64_t refused_ = 0;
  bool closed_ = false;
};

}  // namespace quickclinic::store
