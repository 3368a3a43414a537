#pragma once

#include "base/task.hpp"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace quickclinic::server {

/// Checks passwords on threads of its own, since one check takes tens of milliseconds of processor
/// time. Any thread may ask; the task resumes on its caller's executor, which outlives `stop`.
class PasswordPool {
 public:
  struct Limits {
    unsigned threads = 1;  ///< the shards are to keep the processor
    /// Some seconds of work; whoever comes later has stopped waiting by then.
    std::size_t waiting_max = 64;
  };

  PasswordPool() : PasswordPool(Limits()) {}
  explicit PasswordPool(Limits limits);
  ~PasswordPool() { stop(); }
  PasswordPool(const PasswordPool&) = delete;
  PasswordPool& operator=(const PasswordPool&) = delete;

  /// Whether `hash` is one of `password`. Without a hash, or with one that fits no password, it is
  /// not, and finding out takes as long as with the hash that was checked before: time tells nobody
  /// who has an account. `service_unavailable` when too many wait, or after `stop`.
  Task<bool> check(std::string password, std::optional<std::string> hash);

  /// Checks that nobody has begun with.
  std::size_t waiting();

  /// Answers those who wait, and ends the threads. Further calls do nothing.
  void stop();

 private:
  using Job = std::function<void()>;

  bool submit(Job job);
  void run();

  const Limits limits_;
  std::atomic<unsigned> cost_ = 10;  // of the last hash; what the web application uses at first
  std::mutex mutex_;
  std::condition_variable more_;
  std::deque<Job> jobs_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace quickclinic::server
