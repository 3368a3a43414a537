#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>

namespace quickclinic::load {

/// What a process has used since it began, over all its threads and those of its
/// descendants.
struct Usage {
  std::chrono::microseconds user{};
  std::chrono::microseconds system{};

  std::chrono::microseconds total() const { return user + system; }
  friend Usage operator-(Usage later, Usage earlier) {
    return {later.user - earlier.user, later.system - earlier.system};
  }
};

/// Reads what the kernel accounts to one server, from outside. The kernel counts in ticks of 10 ms:
/// measure for seconds.
class ProcessMeter {
 public:
  /// Throws `Failure` when there is no such process.
  explicit ProcessMeter(pid_t process);

  /// Both throw `Failure` when the process has gone.
  Usage usage() const;
  std::uint64_t resident_bytes() const;

 private:
  pid_t process_;
};

/// What this process, the generator, has used itself.
Usage own_usage();

}  // namespace quickclinic::load
