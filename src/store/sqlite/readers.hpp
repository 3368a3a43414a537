#pragma once

#include "base/clock.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/job_queue.hpp"

#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace quickclinic::store {

/// The threads that read, each with a connection of its own. Every job sees one unchanging picture
/// of the database, at least as new as the latest commit that was answered before it was asked. Any
/// thread may submit.
class Readers {
 public:
  /// One thread for each of `connections`.
  Readers(std::vector<Connection> connections, JobQueue::Limits limits,
          std::function<TimePoint()> now);
  ~Readers() { finish(); }
  Readers(const Readers&) = delete;
  Readers& operator=(const Readers&) = delete;

  /// Runs what is queued to its end, then stops the threads.
  void finish();

  void submit(std::unique_ptr<Job> job) { queue_.submit(std::move(job)); }

  JobQueue::Depth depth() { return queue_.depth(); }
  std::size_t count() const noexcept { return connections_.size(); }

 private:
  void work(Connection& connection);

  std::vector<Connection> connections_;
  JobQueue queue_;
  std::vector<std::thread> threads_;  // last: they use the others
};

}  // namespace quickclinic::store
