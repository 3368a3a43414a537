#include "store/sqlite/sqlite_audit.hpp"

#include "store/sqlite/audit_rows.hpp"
#include "store/sqlite/job.hpp"

#include <iterator>
#include <memory>
#include <utility>

namespace quickclinic::store {

bool AuditWriter::push(chat::AuditEntry entry) {
  entry.at = now_();
  return queue_.push(std::move(entry));
}

void AuditWriter::add_sent(chat::AuditEntry entry) {
  entry.at = now_();
  sent_.push_back(std::move(entry));
}

Result<> AuditWriter::write(Connection& connection) {
  ahead_ = chain_;
  taken_ = queue_.take(now_());
  if (taken_.empty() && sent_.empty()) return {};
  // Sends that were refused come from the queue, and share the row of those that were stored.
  std::vector<chat::AuditEntry> entries = taken_;
  entries.insert(entries.end(), std::make_move_iterator(sent_.begin()),
                 std::make_move_iterator(sent_.end()));
  if (!ahead_.opened()) {
    const auto heads = unnamed_audit_heads(connection);
    if (!heads) return std::unexpected(heads.error());
    if (auto done = insert_audit_row(connection, ahead_.open(*heads, entries.front().at)); !done)
      return done;
  }
  for (const chat::AuditRow& row : ahead_.link(entries)) {
    if (auto done = insert_audit_row(connection, row); !done) return done;
  }
  return {};
}

// After a failure the sends were not stored: whoever asked is told, and records that.
void AuditWriter::settle(bool committed) {
  sent_.clear();
  if (committed) {
    chain_ = ahead_;
    taken_.clear();
  } else if (!taken_.empty()) {
    queue_.put_back(std::exchange(taken_, {}));
  }
}

void SqliteAudit::record(chat::AuditEntry entry) {
  if (tail_.push(std::move(entry))) writer_.nudge(group_wait);
}

Task<> SqliteAudit::flush() {
  return ask<void>([](Connection&) -> Result<> { return {}; },
                   [this](std::unique_ptr<Job> job) { writer_.submit(std::move(job)); });
}

Task<chat::AuditPage> SqliteAudit::entries(chat::AuditQuery query) {
  return ask<chat::AuditPage>(
      [query = std::move(query)](Connection& connection) { return audit_page(connection, query); },
      [this](std::unique_ptr<Job> job) { readers_.submit(std::move(job)); });
}

Task<chat::AuditReport> SqliteAudit::verify() {
  return ask<chat::AuditReport>(
      [](Connection& connection) { return verify_audit(connection); },
      [this](std::unique_ptr<Job> job) { readers_.submit(std::move(job)); });
}

}  // namespace quickclinic::store
