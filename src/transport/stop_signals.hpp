#pragma once

#include <chrono>
#include <csignal>
#include <initializer_list>

namespace quickclinic::transport {

/// SIGINT and SIGTERM as something to wait for, for the thread that ends the server.
///
/// Made before any other thread begins, by the thread that waits: threads inherit what their maker
/// has blocked, and one that has the signals open would be killed by them. They stay blocked when
/// this ends, and SIGPIPE stays ignored.
class StopSignals {
 public:
  /// `others` are waited for too, by `next_within` alone.
  explicit StopSignals(std::initializer_list<int> others = {});

  /// Waits for one that ends the server, and answers which.
  int wait() const;
  /// The next signal of any kind, or 0 when none came within `time`.
  int next_within(std::chrono::milliseconds time) const;
  /// True when one that ends the server came within `time`.
  bool came_within(std::chrono::milliseconds time) const;

 private:
  sigset_t stop_;
  sigset_t all_;
};

}  // namespace quickclinic::transport
