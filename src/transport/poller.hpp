#pragma once

#include "base/result.hpp"

#include <sys/epoll.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace quickclinic::transport {

/// What is told that its descriptor is ready. Owned by whoever made it, who removes it from its
/// `Poller` before it dies and before its descriptor is closed.
class Pollable {
 public:
  /// `events` is a set of EPOLLIN, EPOLLOUT, EPOLLHUP, EPOLLERR, EPOLLRDHUP. Called on the shard's
  /// thread. May add, modify and remove any Pollable, itself included, and may destroy itself. An
  /// event can be stale by the time it arrives: reading or writing that would block is an ordinary
  /// case.
  virtual void on_ready(std::uint32_t events) = 0;

  /// `on_ready` has thrown and left something half done. Called only while this is still watched.
  virtual void on_failure() noexcept {}

 protected:
  ~Pollable() = default;
};

/// Readiness of every descriptor of a shard, level-triggered: an epoll set of its own which the
/// shard's io_context sees as a single descriptor, so that an event costs one virtual call, no
/// allocation and no pass through Asio.
///
/// Owned by the shard; every call comes from its thread, and the Poller may not be destroyed from
/// inside `on_ready`. An armed Poller keeps `io_context::run` from returning, until `stop`.
class Poller {
 public:
  /// Fails with `poll_failed` when the process has no descriptor left.
  static Result<std::unique_ptr<Poller>> open(boost::asio::io_context& context);
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  /// Watches `fd` for `events` on behalf of `pollable`. `poll_failed` when the kernel refuses.
  Result<> add(int fd, Pollable& pollable, std::uint32_t events);
  Result<> modify(int fd, Pollable& pollable, std::uint32_t events);
  /// Stops watching. No event of `pollable` is delivered from here on, not even one already
  /// fetched, and none is taken for that of a later Pollable with the same descriptor or address.
  void remove(int fd, Pollable& pollable) noexcept;

  /// `hook` runs after each batch of events: the place to write what the batch has produced, once
  /// per connection.
  void set_batch_end(std::function<void()> hook) { batch_end_ = std::move(hook); }

  /// `hook` runs in the handler of what an `on_ready` has thrown, after `on_failure`. The batch
  /// goes on with the next event.
  void set_failure_hook(std::function<void()> hook) { failed_ = std::move(hook); }

  /// Makes the io_context look at the set again, if an exception has kept it from doing so.
  void revive();

  /// Delivers nothing more.
  void stop();

 private:
  struct Wakeup;
  Poller(boost::asio::io_context& context, int epoll_fd);

  void arm();
  void on_wake();
  bool dispatch_batch();
  void dispatch(Pollable& pollable, std::uint32_t events);

  static constexpr std::size_t batch_events_max = 256;
  // Then timers and posted work have their turn. With fewer rounds a busy shard pays Asio's own
  // epoll_wait and re-arming more often per event.
  static constexpr unsigned rounds_max = 4;

  std::unique_ptr<Wakeup> wakeup_;
  int epoll_fd_;
  std::function<void()> batch_end_;
  std::function<void()> failed_;
  Pollable* current_ = nullptr;  // the one whose `on_ready` runs, while it is watched
  bool armed_ = false;
  std::array<epoll_event, batch_events_max> batch_;
  std::size_t batch_size_ = 0;  // 0 outside of a batch
  std::size_t batch_next_ = 0;
};

}  // namespace quickclinic::transport
