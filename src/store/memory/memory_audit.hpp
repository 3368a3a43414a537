#pragma once

#include "chat/audit.hpp"
#include "chat/audit_chain.hpp"

#include <functional>
#include <mutex>
#include <vector>

namespace quickclinic::store {

/// The audit record in memory: one chain, a row for each entry. As `MemoryStore`, which owns it.
class MemoryAudit final : public chat::AuditLog {
 public:
  explicit MemoryAudit(std::function<WallTime()> now) : now_(std::move(now)) {}

  void record(chat::AuditEntry entry) override;
  Task<> flush() override;
  Task<chat::AuditPage> entries(chat::AuditQuery query) override;
  Task<chat::AuditReport> verify() override;

 private:
  std::function<WallTime()> now_;
  std::mutex mutex_;
  chat::AuditChain chain_;
  std::vector<chat::AuditRow> rows_;
};

}  // namespace quickclinic::store
