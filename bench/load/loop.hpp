#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

struct epoll_event;

namespace quickclinic::load {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;

/// The one thread's event loop: epoll, level-triggered, and the buffer that all reads share.
class Loop {
 public:
  /// Owns a descriptor and hears about it. May forget it, or have any other watcher do so, while it
  /// is being told.
  class Watcher {
   public:
    /// `events` are epoll's.
    virtual void ready(std::uint32_t events) = 0;

   protected:
    ~Watcher() = default;
  };

  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void watch(int descriptor, Watcher& watcher, std::uint32_t events);
  void change(int descriptor, Watcher& watcher, std::uint32_t events);
  /// From here on `watcher` is not called, not even for an event that has been fetched already.
  void forget(int descriptor, Watcher& watcher) noexcept;

  /// Waits for events until `deadline` at the latest and hands them out; returns after one batch.
  void run_once(TimePoint deadline);

  /// For the watcher that is being told, until it returns.
  std::span<char> scratch() noexcept { return scratch_; }

 private:
  int epoll_;
  std::vector<epoll_event> batch_;
  std::size_t batch_size_ = 0;
  std::vector<char> scratch_;
};

}  // namespace quickclinic::load
