#include "store/memory/memory_audit.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace quickclinic::store {

namespace {

chat::AuditPosition place_of(const chat::AuditRow& row) {
  return {.at = row.at, .chain = row.chain, .number = row.number};
}

}  // namespace

void MemoryAudit::record(chat::AuditEntry entry) {
  make_storable(entry);
  const std::lock_guard lock(mutex_);
  entry.at = now_();
  if (!chain_.opened()) rows_.push_back(chain_.open({}, entry.at));
  for (auto& row : chain_.link(std::span(&entry, 1))) rows_.push_back(std::move(row));
}

Task<> MemoryAudit::flush() { co_return Result<>(); }

Task<chat::AuditPage> MemoryAudit::entries(chat::AuditQuery query) {
  const std::lock_guard lock(mutex_);
  std::vector<chat::AuditRow> rows;
  for (const chat::AuditRow& row : rows_) {
    if (!query.after || place_of(row) > *query.after) rows.push_back(row);
  }
  std::ranges::sort(rows, {}, place_of);
  chat::AuditPage page;
  for (const chat::AuditRow& row : rows) append_matching(page.entries, row, query);
  co_return page;
}

Task<chat::AuditReport> MemoryAudit::verify() {
  const std::lock_guard lock(mutex_);
  chat::AuditVerifier verifier(std::span(rows_).first(rows_.empty() ? 0 : 1));
  for (const chat::AuditRow& row : rows_) verifier.take(row);
  co_return verifier.finish();
}

}  // namespace quickclinic::store
