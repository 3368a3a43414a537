#pragma once

#include "chat/audit.hpp"
#include "chat/audit_chain.hpp"
#include "chat/audit_queue.hpp"
#include "store/sqlite/readers.hpp"
#include "store/sqlite/writer.hpp"

#include <chrono>
#include <functional>
#include <vector>

namespace quickclinic::store {

/// Writes the audit record along with the batches of the writer: one row for the messages of a
/// batch, one for every other entry. Its chain begins with its first row. Owned by the store,
/// outlives the writer.
class AuditWriter final : public Companion {
 public:
  explicit AuditWriter(std::function<WallTime()> now) : now_(std::move(now)) {}

  /// Any thread. True: the writer is to be nudged.
  bool push(chat::AuditEntry entry);
  void measure(chat::StoreMeasures& measures) { queue_.measure(measures); }
  /// A message that the transaction under way stores. On the writing thread.
  void add_sent(chat::AuditEntry entry);

  bool waiting() override { return !queue_.empty(); }
  Result<> write(Connection& connection) override;
  void settle(bool committed) override;

 private:
  const std::function<WallTime()> now_;
  chat::AuditQueue queue_;
  // Of the writing thread:
  chat::AuditChain chain_;               // as the database has it
  chat::AuditChain ahead_;               // as it has it after the transaction under way
  std::vector<chat::AuditEntry> taken_;  // out of the queue, in this transaction
  std::vector<chat::AuditEntry> sent_;   // stored in this transaction
};

/// The audit record of the embedded database. Any thread; owned by the store.
class SqliteAudit final : public chat::AuditLog {
 public:
  /// How long an entry waits for company, so that not each one costs a sync of the disk.
  static constexpr std::chrono::milliseconds group_wait{200};

  SqliteAudit(AuditWriter& tail, Writer& writer, Readers& readers)
      : tail_(tail), writer_(writer), readers_(readers) {}

  void record(chat::AuditEntry entry) override;
  Task<> flush() override;
  Task<chat::AuditPage> entries(chat::AuditQuery query) override;
  Task<chat::AuditReport> verify() override;
  void measure(chat::StoreMeasures& measures) override { tail_.measure(measures); }

 private:
  AuditWriter& tail_;
  Writer& writer_;
  Readers& readers_;
};

}  // namespace quickclinic::store
