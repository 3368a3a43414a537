#pragma once

#include "chat/audit.hpp"
#include "chat/store_measures.hpp"

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace quickclinic::chat {

/// Audit entries on their way to the thread or shard that writes: bounded, and nobody waits. What
/// does not fit is counted, logged, and becomes an `entries_lost` entry when there is room again.
///
/// Any thread.
class AuditQueue {
 public:
  explicit AuditQueue(std::size_t entries_max = AuditLog::waiting_max)
      : entries_max_(entries_max) {}

  /// True when nothing waited before: the writer has to be told.
  bool push(AuditEntry entry);

  bool empty();

  /// Adds how many wait, and how many were lost since the beginning.
  void measure(StoreMeasures& measures);

  /// All that waits. `now` dates the entry about those that were lost.
  std::vector<AuditEntry> take(WallTime now);

  /// Brings entries back that could not be written; they go before the others. Those that do not
  /// fit, the latest, are lost.
  void put_back(std::vector<AuditEntry> entries);

 private:
  void count_lost(std::size_t entries);

  const std::size_t entries_max_;
  std::mutex mutex_;
  std::vector<AuditEntry> waiting_;
  std::uint64_t lost_ = 0;  // and not recorded yet
  std::uint64_t lost_in_all_ = 0;
};

}  // namespace quickclinic::chat
