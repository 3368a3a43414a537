#pragma once

#include "chat/audit_chain.hpp"

#include <mutex>
#include <vector>

namespace quickclinic::postgres {

/// The chains of the audit record that appenders of one process write: one for each that works at
/// the same time, lent and given back, so that there are no more than that. Any thread.
class SendChains {
 public:
  /// A chain's end; `number` is 0 for a new one.
  chat::AuditHead lend();
  void give_back(chat::AuditHead chain);

 private:
  std::mutex mutex_;
  std::vector<chat::AuditHead> idle_;
};

}  // namespace quickclinic::postgres
