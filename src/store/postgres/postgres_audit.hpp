#pragma once

#include "base/clock.hpp"
#include "chat/audit.hpp"
#include "chat/audit_chain.hpp"
#include "chat/audit_queue.hpp"
#include "store/postgres/dialer.hpp"
#include "store/postgres/link.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace quickclinic::postgres {

/// The audit record in PostgreSQL. What is stored by `append` is recorded there; everything else is
/// written by a thread with a connection of its own, in groups and in a chain of its own. Any
/// thread; owned by the store.
class PostgresAudit final : public chat::AuditLog {
 public:
  /// How long an entry waits for company, so that not each one costs a sync of the disk.
  static constexpr std::chrono::milliseconds group_wait{200};

  PostgresAudit(Dialer& dialer, const std::atomic<bool>& ready, Links& links,
                std::function<WallTime()> now);
  /// Writes what is there to be written, if the database lets it.
  ~PostgresAudit() override;

  void record(chat::AuditEntry entry) override;
  Task<> flush() override;
  Task<chat::AuditPage> entries(chat::AuditQuery query) override;
  Task<chat::AuditReport> verify() override;
  void measure(chat::StoreMeasures& measures) override { queue_.measure(measures); }

 private:
  using Flushed = std::move_only_function<void(Result<>)>;

  void work(const std::stop_token& stop);
  Result<> write(const std::vector<chat::AuditEntry>& entries);

  Dialer& dialer_;
  const std::atomic<bool>& ready_;
  Links& links_;
  const std::function<WallTime()> now_;
  chat::AuditQueue queue_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool waiting_ = false;           // something is in the queue
  std::vector<Flushed> flushing_;  // who waits until it is written
  // Of the thread:
  RawConnection connection_;
  chat::AuditChain chain_;  // as the database has it
  std::jthread thread_;
};

}  // namespace quickclinic::postgres
