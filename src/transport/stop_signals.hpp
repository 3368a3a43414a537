#pragma once

#include <chrono>
#include <csignal>

namespace quickclinic::transport {

/// SIGINT and SIGTERM as something to wait for, for the thread that ends the server.
///
/// Made before any other thread begins, by the thread that waits: threads inherit what their maker
/// has blocked, and one that has the signals open would be killed by them. They stay blocked when
/// this ends, and SIGPIPE stays ignored.
class StopSignals {
 public:
  StopSignals();

  /// Waits for one and answers which.
  int wait() const;
  /// True when one came within `time`.
  bool came_within(std::chrono::milliseconds time) const;

 private:
  sigset_t set_;
};

}  // namespace quickclinic::transport
