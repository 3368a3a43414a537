#include "transport/listener.hpp"

#include "base/log.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <utility>

namespace quickclinic::transport {
namespace {

constexpr unsigned accepts_per_wake_max =
    64;  // so that the open connections of the shard are not kept waiting
constexpr std::chrono::milliseconds pause_length{100};

// A socket that several shards watch wakes one of them, as far as the kernel can tell them apart.
constexpr std::uint32_t watched_events = EPOLLIN | EPOLLEXCLUSIVE;

std::string reason(int error) {
  const char* words = strerrordesc_np(error);  // unlike strerror, safe in any thread
  return words != nullptr ? words : "error " + std::to_string(error);
}

bool out_of_resources(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

Result<std::unique_ptr<Listener>> Listener::open(Poller& poller, TimerWheel& wheel,
                                                 FileDescriptor socket, AcceptHandler handler) {
  std::unique_ptr<Listener> listener(
      new Listener(poller, wheel, std::move(socket), std::move(handler)));
  const auto added = poller.add(listener->socket_.get(), *listener, watched_events);
  if (!added) return std::unexpected(added.error());
  return listener;
}

Listener::Listener(Poller& poller, TimerWheel& wheel, FileDescriptor socket, AcceptHandler handler)
    : poller_(poller),
      wheel_(wheel),
      socket_(std::move(socket)),
      handler_(std::move(handler)),
      port_(local_port(socket_.get())),
      resume_([](void* self, TimePoint) { static_cast<Listener*>(self)->resume(); }, this) {}

void Listener::stop() noexcept {
  if (!socket_) return;
  resume_.cancel();
  poller_.remove(socket_.get(), *this);
  socket_.reset();
}

void Listener::on_ready(std::uint32_t) {
  for (unsigned count = 0; count < accepts_per_wake_max; ++count) {
    sockaddr_storage storage{};
    auto* const peer = reinterpret_cast<sockaddr*>(&storage);
    socklen_t size = sizeof storage;
    FileDescriptor socket(::accept4(socket_.get(), peer, &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket) {
      if (errno == EAGAIN || errno == EWOULDBLOCK) return;
      if (out_of_resources(errno)) return pause(errno);
      continue;  // what failed is that one connection, which is gone (accept(2), "Error handling")
    }
    if (std::exchange(short_of_resources_, false)) log::info("accepting connections again");
    handler_(std::move(socket), PeerAddress(*peer));
    if (!socket_) return;  // the handler has stopped us
  }
}

void Listener::pause(int error) {
  if (!std::exchange(short_of_resources_, true)) {
    log::warn("no resources for a new connection, accepting more slowly",
              {{"reason", reason(error)}, {"port", port_}});
  }
  poller_.remove(socket_.get(), *this);
  wheel_.arm(resume_, Clock::now() + pause_length);
}

void Listener::resume() {
  // Without a descriptor the kernel can still refuse; then there is another try, as for a failed
  // accept.
  if (!poller_.add(socket_.get(), *this, watched_events))
    wheel_.arm(resume_, Clock::now() + pause_length);
}

}  // namespace quickclinic::transport
