#include "store/postgres/send_chains.hpp"

#include "chat/message_id.hpp"

#include <utility>

namespace quickclinic::postgres {

chat::AuditHead SendChains::lend() {
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) return {.chain = chat::new_row_id(), .number = 0, .hash = {}};
  chat::AuditHead chain = std::move(idle_.back());
  idle_.pop_back();
  return chain;
}

void SendChains::give_back(chat::AuditHead chain) {
  if (chain.number == 0) return;
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(chain));
}

}  // namespace quickclinic::postgres
