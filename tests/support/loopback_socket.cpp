#include "tests/support/loopback_socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <system_error>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace quickclinic::testing {
namespace {

// Long enough for a sanitizer on a busy machine; nothing waits as long when all is well.
constexpr timeval patience{.tv_sec = 20, .tv_usec = 0};

template <class Value>
void set_option(int fd, int level, int name, const Value& value) {
  if (::setsockopt(fd, level, name, &value, sizeof value) != 0) {
    throw std::system_error(errno, std::generic_category(), "setsockopt");
  }
}

}  // namespace

LoopbackSocket::LoopbackSocket(std::uint16_t port, SocketOptions options)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const int fd = socket_.get();
  set_option(fd, SOL_SOCKET, SO_RCVTIMEO, patience);
  set_option(fd, SOL_SOCKET, SO_SNDTIMEO, patience);
  set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  if (options.receive_buffer_bytes > 0) {
    set_option(fd, SOL_SOCKET, SO_RCVBUF, options.receive_buffer_bytes);
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::system_error(errno, std::generic_category(), "connect");
  }
}

LoopbackSocket::LoopbackSocket(const std::string& path)
    : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const int fd = socket_.get();
  set_option(fd, SOL_SOCKET, SO_RCVTIMEO, patience);
  set_option(fd, SOL_SOCKET, SO_SNDTIMEO, patience);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw std::runtime_error("too long: " + path);
  std::memcpy(address.sun_path, path.data(), path.size());
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::system_error(errno, std::generic_category(), "connect");
  }
}

bool LoopbackSocket::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) continue;
      if (errno == EPIPE || errno == ECONNRESET) return false;
      throw std::runtime_error("the server takes no more bytes");
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string LoopbackSocket::read_some() {
  std::array<char, 65536> buffer;
  while (true) {
    const ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (got >= 0) return {buffer.data(), static_cast<std::size_t>(got)};
    if (errno == ECONNRESET) return {};
    if (errno != EINTR) throw std::runtime_error("the server says nothing");
  }
}

std::string LoopbackSocket::read_to_end() {
  std::string all;
  while (true) {
    const std::string more = read_some();
    if (more.empty()) return all;
    all += more;
  }
}

void LoopbackSocket::half_close() { ::shutdown(socket_.get(), SHUT_WR); }

void LoopbackSocket::reset() {
  set_option(socket_.get(), SOL_SOCKET, SO_LINGER, linger{.l_onoff = 1, .l_linger = 0});
  socket_.reset();
}

}  // namespace quickclinic::testing
