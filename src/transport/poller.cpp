#include "transport/poller.hpp"

#include "transport/transport_error.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <system_error>

#include <cassert>
#include <cerrno>

namespace quickclinic::transport {

namespace asio = boost::asio;

struct Poller::Wakeup {
  Wakeup(asio::io_context& context, int epoll_fd) : descriptor(context, epoll_fd) {}
  asio::posix::stream_descriptor descriptor;  // owns the epoll set
  // Owners: the Poller and the handler in flight, which may be run after the Poller is gone.
  std::shared_ptr<bool> stopped = std::make_shared<bool>(false);
};

namespace {

std::string reason(int error) { return std::generic_category().message(error); }

Result<> control(int epoll_fd, int operation, int fd, Pollable& pollable, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &pollable;
  if (epoll_ctl(epoll_fd, operation, fd, &event) == 0) return {};
  return fail(TransportError::poll_failed, reason(errno));
}

}  // namespace

Result<std::unique_ptr<Poller>> Poller::open(asio::io_context& context) {
  const int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  if (epoll_fd < 0) return fail(TransportError::poll_failed, reason(errno));
  std::unique_ptr<Poller> poller(new Poller(context, epoll_fd));
  poller->arm();
  return poller;
}

Poller::Poller(asio::io_context& context, int epoll_fd)
    : wakeup_(std::make_unique<Wakeup>(context, epoll_fd)), epoll_fd_(epoll_fd) {}

Poller::~Poller() {
  assert(batch_size_ == 0);
  stop();
}

Result<> Poller::add(int fd, Pollable& pollable, std::uint32_t events) {
  return control(epoll_fd_, EPOLL_CTL_ADD, fd, pollable, events);
}

Result<> Poller::modify(int fd, Pollable& pollable, std::uint32_t events) {
  return control(epoll_fd_, EPOLL_CTL_MOD, fd, pollable, events);
}

void Poller::remove(int fd, Pollable& pollable) noexcept {
  epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, fd, nullptr);
  if (current_ == &pollable) current_ = nullptr;
  // The batch may hold an event fetched before: forget it now, while the address still means this
  // Pollable.
  for (std::size_t i = batch_next_; i < batch_size_; ++i) {
    if (batch_[i].data.ptr == &pollable) batch_[i].data.ptr = nullptr;
  }
}

void Poller::stop() {
  *wakeup_->stopped = true;
  wakeup_->descriptor.cancel();
}

void Poller::arm() {
  wakeup_->descriptor.async_wait(
      asio::posix::stream_descriptor::wait_read,
      [this, stopped = wakeup_->stopped](const boost::system::error_code& error) {
        if (*stopped || error) return;  // the only error of a wait is its cancellation
        armed_ = false;
        on_wake();
      });
  armed_ = true;
}

void Poller::revive() {
  if (!armed_ && !*wakeup_->stopped) arm();
}

void Poller::on_wake() {
  const auto stopped = wakeup_->stopped;
  for (unsigned round = 0; round < rounds_max; ++round) {
    if (!dispatch_batch() || *stopped) break;
  }
  if (!*stopped) arm();
}

bool Poller::dispatch_batch() {
  const int count = epoll_wait(epoll_fd_, batch_.data(), static_cast<int>(batch_.size()), 0);
  if (count <= 0) return false;
  batch_size_ = static_cast<std::size_t>(count);
  batch_next_ = 0;
  while (batch_next_ < batch_size_ && !*wakeup_->stopped) {
    const epoll_event& event = batch_[batch_next_++];
    if (event.data.ptr != nullptr) {
      dispatch(*static_cast<Pollable*>(event.data.ptr), event.events);
    }
  }
  current_ = nullptr;
  batch_size_ = 0;
  batch_next_ = 0;
  if (batch_end_) batch_end_();
  return true;
}

void Poller::dispatch(Pollable& pollable, std::uint32_t events) {
  current_ = &pollable;
  try {
    pollable.on_ready(events);
  } catch (...) {
    // Whatever has stopped being watched may also be gone, or another thread's.
    if (current_ != nullptr) current_->on_failure();
    if (failed_) failed_();
  }
}

}  // namespace quickclinic::transport
