#pragma once

#include "base/histogram.hpp"

#include <cstddef>
#include <cstdint>

namespace quickclinic::chat {

/// What a database layer has done since it began, and what waits for it now; for metrics. Parts
/// that are counted in several places add up.
struct StoreMeasures {
  Histogram batch_sizes{Histogram::sizes()};      ///< requests that were committed together
  Histogram batch_seconds{Histogram::seconds()};  ///< from sending or beginning one to its commit
  std::uint64_t batches_failed = 0;               ///< nothing of them was stored
  std::uint64_t refused = 0;  ///< requests that were not tried: too many waited, or for too long
  std::size_t writes_waiting = 0;  ///< for their commit
  std::size_t reads_waiting = 0;   ///< for their answer
  std::size_t audit_waiting = 0;   ///< entries of the audit record
  std::uint64_t audit_lost = 0;    ///< of them: beyond `AuditLog::waiting_max`
  std::size_t connections = 0;     ///< open ones; of the embedded database its files

  void add(const StoreMeasures& other) {
    batch_sizes.add(other.batch_sizes);
    batch_seconds.add(other.batch_seconds);
    batches_failed += other.batches_failed;
    refused += other.refused;
    writes_waiting += other.writes_waiting;
    reads_waiting += other.reads_waiting;
    audit_waiting += other.audit_waiting;
    audit_lost += other.audit_lost;
    connections += other.connections;
  }
};

}  // namespace quickclinic::chat
