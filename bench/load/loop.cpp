#include "load/loop.hpp"

#include "load/failure.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

namespace quickclinic::load {

namespace {

constexpr std::size_t batch_events_max = 512;
// Bounds one message and the rest of another before it: far above what any server here sends at
// once.
constexpr std::size_t scratch_bytes = 2 << 20;

[[noreturn]] void fail(const char* call) {
  throw Failure(std::string(call) + " failed: " + std::strerror(errno));
}

}  // namespace

Loop::Loop()
    : epoll_(epoll_create1(EPOLL_CLOEXEC)), batch_(batch_events_max), scratch_(scratch_bytes) {
  if (epoll_ < 0) {
    fail("epoll_create1");
  }
}

Loop::~Loop() { close(epoll_); }

void Loop::watch(int descriptor, Watcher& watcher, std::uint32_t events) {
  epoll_event event{.events = events, .data = {.ptr = &watcher}};
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) != 0) {
    fail("epoll_ctl");
  }
}

void Loop::change(int descriptor, Watcher& watcher, std::uint32_t events) {
  epoll_event event{.events = events, .data = {.ptr = &watcher}};
  if (epoll_ctl(epoll_, EPOLL_CTL_MOD, descriptor, &event) != 0) {
    fail("epoll_ctl");
  }
}

void Loop::forget(int descriptor, Watcher& watcher) noexcept {
  epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, nullptr);
  for (std::size_t i = 0; i < batch_size_; ++i) {
    if (batch_[i].data.ptr == &watcher) {
      batch_[i].data.ptr = nullptr;
    }
  }
}

void Loop::run_once(TimePoint deadline) {
  const auto left = std::max(deadline - Clock::now(), TimePoint::duration::zero());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
  const timespec timeout{.tv_sec = seconds.count(), .tv_nsec = (left - seconds).count()};
  const int count = epoll_pwait2(epoll_, batch_.data(), batch_events_max, &timeout, nullptr);
  if (count < 0) {
    if (errno == EINTR) {
      return;
    }
    fail("epoll_pwait2");
  }
  batch_size_ = static_cast<std::size_t>(count);
  for (std::size_t i = 0; i < batch_size_; ++i) {
    if (auto* watcher = static_cast<Watcher*>(batch_[i].data.ptr)) {
      watcher->ready(batch_[i].events);
    }
  }
  batch_size_ = 0;
}

}  // namespace quickclinic::load
