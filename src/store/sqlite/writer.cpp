#include "store/sqlite/writer.hpp"

#include "base/log.hpp"
#include "chat/store.hpp"

#include <chrono>
#include <exception>
#include <utility>

namespace quickclinic::store {

using chat::StoreError;

namespace {

// A companion whose transaction failed tries again, often enough for a database that comes back.
constexpr std::chrono::seconds retry_wait{1};

// The store pool's entry: no exception gets past it.
void run_caught(Job& job, Connection& connection) {
  try {
    job.run(connection);
  } catch (const std::exception& e) {
    job.refuse({StoreError::unavailable, std::string("an exception: ") + e.what()});
  }
}

// Whether a job's error is the database's rather than its own.
bool is_databases_fault(const Error& error) {
  return error.code == StoreError::unavailable || error.code == StoreError::corrupt;
}

}  // namespace

Writer::Writer(Connection connection, Options options)
    : connection_(std::move(connection)),
      batch_max_(options.batch_max),
      companion_(options.companion),
      queue_(options.queue, std::move(options.now)),
      thread_([this] { work(); }) {}

void Writer::finish() {
  queue_.close();
  if (thread_.joinable()) thread_.join();
}

void Writer::work() {
  while (true) {
    Jobs batch = queue_.take(batch_max_);
    if (batch.empty() && queue_.closed()) break;
    if (batch.empty()) {
      write_alone();
    } else {
      run_batch(std::move(batch));
    }
  }
  write_alone();
}

void Writer::write_alone() {
  if (companion_ && companion_->waiting()) run_batch({});
}

void Writer::run_batch(Jobs batch) {
  const TimePoint began = Clock::now();
  const auto committed = commit_together(batch);
  if (!batch.empty()) count_batch(batch.size(), Clock::now() - began, committed.has_value());
  if (companion_) companion_->settle(committed.has_value());
  if (!committed) {
    if (companion_) queue_.nudge(retry_wait);
    log::warn("transaction failed",
              {{"requests", batch.size()}, {"error", committed.error().describe()}});
    for (auto& job : batch) job->refuse(committed.error());
  }
  resume_all(std::move(batch));
}

void Writer::count_batch(std::size_t size, Duration took, bool committed) {
  const std::lock_guard lock(measures_mutex_);
  if (!committed) {
    ++measures_.batches_failed;
    return;
  }
  measures_.batch_sizes.observe(static_cast<double>(size));
  measures_.batch_seconds.observe(took);
}

chat::StoreMeasures Writer::measures() {
  const JobQueue::Depth depth = queue_.depth();
  const std::lock_guard lock(measures_mutex_);
  chat::StoreMeasures measures = measures_;
  measures.writes_waiting = depth.waiting;
  measures.refused = depth.refused;
  measures.connections = 1;
  return measures;
}

Result<> Writer::commit_together(const Jobs& batch) {
  auto transaction = Transaction::begin(connection_, Transaction::Kind::write);
  if (!transaction) return std::unexpected(transaction.error());
  for (const auto& job : batch) {
    run_caught(*job, connection_);
    const Error* failure = job->failure();
    if (failure && is_databases_fault(*failure)) return std::unexpected(*failure);
  }
  if (companion_) {
    if (auto written = companion_->write(connection_); !written) return written;
  }
  auto committed = transaction->commit();
  if (!committed) fence_off_failed_commit();
  return committed;
}

// When COMMIT fails in the very last step, the sync of the log, the whole transaction stands in the
// log, complete, behind its valid end: this process ignores it, but recovery after a crash would
// take it for committed, and people would see messages whose senders were told that they had
// failed. Writing anything else overwrites its beginning. When that fails too the disk is beyond
// help from here; the next transaction overwrites it as well.
void Writer::fence_off_failed_commit() {
  auto transaction = Transaction::begin(connection_, Transaction::Kind::write);
  if (!transaction) return;
  Query count(connection_, R"(UPDATE qc_commit_fence SET "failedCommits" = "failedCommits" + 1)");
  if (!count.run()) return;
  if (auto committed = transaction->commit(); !committed) {
    log::error("failed commit not fenced off", {{"error", committed.error().describe()}});
  }
}

}  // namespace quickclinic::store
