#include "load/stream.hpp"

#include "load/failure.hpp"

#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace quickclinic::load {

namespace {

constexpr std::uint32_t streams_per_address = 1000;
constexpr std::uint32_t addresses = 200;  // 127.0.0.1 to 127.0.0.200

[[noreturn]] void fail(const char* what, int error) {
  throw Failure(std::string(what) + ": " + std::strerror(error));
}

sockaddr_in next_source() {
  static std::uint32_t streams = 0;
  const std::uint32_t last_byte = streams++ / streams_per_address % addresses + 1;
  sockaddr_in source{};
  source.sin_family = AF_INET;
  source.sin_addr.s_addr = htonl(0x7f000000U | last_byte);
  return source;
}

void set_option(int descriptor, int level, int name) {
  const int on = 1;
  if (setsockopt(descriptor, level, name, &on, sizeof on) != 0) {
    fail("setsockopt", errno);
  }
}

const sockaddr* generic(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

}  // namespace

void Stream::connect(const sockaddr_in& server) {
  descriptor_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor_ < 0) {
    fail("no socket to be had", errno);
  }
  set_option(descriptor_, IPPROTO_TCP, TCP_NODELAY);
  // The port is chosen when connecting: then it need only be free towards this one server.
  set_option(descriptor_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT);
  const sockaddr_in source = next_source();
  if (bind(descriptor_, generic(source), sizeof source) != 0) {
    fail("cannot bind a loopback address", errno);
  }
  if (::connect(descriptor_, generic(server), sizeof server) != 0 && errno != EINPROGRESS) {
    fail("cannot connect", errno);
  }
  connecting_ = true;
  waits_to_write_ = true;
  loop_.watch(descriptor_, *this, EPOLLOUT);
}

void Stream::close() noexcept {
  if (descriptor_ >= 0) {
    loop_.forget(descriptor_, *this);
    ::close(descriptor_);
    descriptor_ = -1;
    unread_.clear();
    unsent_.clear();
  }
}

void Stream::send(std::string_view bytes) {
  unsent_ += bytes;
  if (!receiving_) {
    flush();
  }
}

void Stream::ready(std::uint32_t events) {
  if (connecting_) {
    finish_connecting();
    return;
  }
  if ((events & EPOLLOUT) != 0) {
    flush();
  }
  if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) {
    receive();
  }
}

void Stream::finish_connecting() {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) {
    fail("cannot connect", error);
  }
  connecting_ = false;
  owner_.connected(*this);
  if (open()) {
    flush();
  }
}

void Stream::receive() {
  const auto scratch = loop_.scratch();
  const std::size_t kept = unread_.copy(scratch.data(), unread_.size());
  const ssize_t count = recv(descriptor_, scratch.data() + kept, scratch.size() - kept, 0);
  if (count < 0) {
    if (errno == EAGAIN || errno == EINTR) {
      return;
    }
    if (errno != ECONNRESET) {
      fail("cannot receive", errno);
    }
  }
  if (count <= 0) {
    owner_.ended(*this);
    return;
  }
  const std::string_view bytes(scratch.data(), kept + static_cast<std::size_t>(count));
  receiving_ = true;
  const std::size_t taken = owner_.received(*this, bytes);
  receiving_ = false;
  if (!open()) {
    return;
  }
  const std::string_view rest = bytes.substr(taken);
  if (rest.size() == scratch.size()) {
    throw Failure("the server sent a message longer than the generator takes");
  }
  if (!rest.empty() || !unread_.empty()) {
    unread_.assign(rest);
  }
  flush();
}

void Stream::flush() {
  if (connecting_) {
    return;
  }
  if (!unsent_.empty()) {
    const ssize_t count = ::send(descriptor_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (count > 0) {
      unsent_.erase(0, static_cast<std::size_t>(count));
    } else if (errno != EAGAIN && errno != EPIPE && errno != ECONNRESET) {
      fail("cannot send", errno);
    } else if (errno != EAGAIN) {
      unsent_.clear();  // the end of the stream is read next, and told to the owner
    }
  }
  const bool wait_to_write = !unsent_.empty();
  if (wait_to_write != waits_to_write_) {
    waits_to_write_ = wait_to_write;
    loop_.change(descriptor_, *this, EPOLLIN | (wait_to_write ? EPOLLOUT : 0U));
  }
}

}  // namespace quickclinic::load
