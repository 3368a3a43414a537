#pragma once

#include <cstdint>
#include <string>

namespace quickclinic::store {

/// For tests: SQLite's own file layer, except that a chosen write or sync fails. Under the name
/// `name()`, while it lives; one at a time in a process. Thread-safe.
class FaultVfs {
 public:
  enum class Fault {
    write_error,  ///< SQLITE_IOERR_WRITE
    disk_full,    ///< SQLITE_FULL on a write
    sync_error,   ///< SQLITE_IOERR_FSYNC, though everything was written
  };
  enum class Lasting {
    once,
    until_healed,
  };

  FaultVfs();
  ~FaultVfs();
  FaultVfs(const FaultVfs&) = delete;
  FaultVfs& operator=(const FaultVfs&) = delete;

  static std::string name() { return "quickclinic-faults"; }

  /// The `nth` operation of the fault's kind from now on fails, counted from 1.
  void fail(Fault fault, std::int64_t nth, Lasting lasting);
  /// No more faults. True when one has struck since `fail`.
  bool heal();
};

}  // namespace quickclinic::store
