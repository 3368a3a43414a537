#pragma once

#include "base/clock.hpp"
#include "chat/store_measures.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/job_queue.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace quickclinic::store {

/// What is written along with every batch, in its transaction. Called on the writing thread.
class Companion {
 public:
  virtual ~Companion() = default;

  /// Whether there is anything to write: a transaction is made for it when there is no batch.
  virtual bool waiting() = 0;
  /// Writes it; on failure nothing of the transaction is stored.
  virtual Result<> write(Connection& connection) = 0;
  /// Tells what became of the transaction, once for each.
  virtual void settle(bool committed) = 0;
};

/// The one thread that writes, with group commit: everything that was queued while the commit
/// before was on its way to the disk goes into the next transaction together.
///
/// A job that fails by what it asks for (`invalid`, `conflict`, `not_found`) fails alone. When the
/// database itself fails, every job of the transaction fails, nothing of it is stored, and the next
/// transaction starts afresh. Callers are resumed after the commit, in the order in which they
/// came. Any thread may submit.
class Writer {
 public:
  struct Options {
    JobQueue::Limits queue;
    std::size_t batch_max = 0;  ///< jobs in one transaction
    std::function<TimePoint()> now;
    Companion* companion = nullptr;  ///< outlives the writer
  };
  Writer(Connection connection, Options options);
  ~Writer() { finish(); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// Runs what is queued to its end, then stops the thread.
  void finish();

  void submit(std::unique_ptr<Job> job) { queue_.submit(std::move(job)); }

  /// Has the companion write within `wait`, or with the next batch if that comes before.
  void nudge(Duration wait) { queue_.nudge(wait); }

  /// What it has done, and what waits for it.
  chat::StoreMeasures measures();

 private:
  void work();
  void run_batch(Jobs batch);
  void write_alone();
  void count_batch(std::size_t size, Duration took, bool committed);
  Result<> commit_together(const Jobs& batch);
  void fence_off_failed_commit();

  Connection connection_;
  const std::size_t batch_max_;
  Companion* const companion_;
  JobQueue queue_;
  std::mutex measures_mutex_;  // taken once for each batch
  chat::StoreMeasures measures_;
  std::thread thread_;  // last: it uses the others
};

}  // namespace quickclinic::store
