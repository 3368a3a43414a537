#include "chat/audit_queue.hpp"

#include "base/log.hpp"

#include <iterator>
#include <string>
#include <utility>

namespace quickclinic::chat {

bool AuditQueue::push(AuditEntry entry) {
  make_storable(entry);
  const std::lock_guard lock(mutex_);
  if (waiting_.size() >= entries_max_) {
    count_lost(1);
    return false;
  }
  waiting_.push_back(std::move(entry));
  return waiting_.size() == 1;
}

bool AuditQueue::empty() {
  const std::lock_guard lock(mutex_);
  return waiting_.empty();
}

void AuditQueue::measure(StoreMeasures& measures) {
  const std::lock_guard lock(mutex_);
  measures.audit_waiting += waiting_.size();
  measures.audit_lost += lost_in_all_;
}

std::vector<AuditEntry> AuditQueue::take(WallTime now) {
  const std::lock_guard lock(mutex_);
  if (lost_ > 0) {
    waiting_.push_back({.action = AuditAction::entries_lost,
                        .subject = std::to_string(std::exchange(lost_, 0)),
                        .at = now});
  }
  return std::exchange(waiting_, {});
}

void AuditQueue::put_back(std::vector<AuditEntry> entries) {
  const std::lock_guard lock(mutex_);
  entries.insert(entries.end(), std::make_move_iterator(waiting_.begin()),
                 std::make_move_iterator(waiting_.end()));
  waiting_ = std::move(entries);
  if (waiting_.size() <= entries_max_) return;
  const std::size_t surplus = waiting_.size() - entries_max_;
  waiting_.resize(entries_max_);
  count_lost(surplus);
}

// Once for each time that the queue runs over: the number is recorded when there is room again.
void AuditQueue::count_lost(std::size_t entries) {
  if (lost_ == 0) log::error("audit entries are being lost", {{"waiting", waiting_.size()}});
  lost_ += entries;
  lost_in_all_ += entries;
}

}  // namespace quickclinic::chat
