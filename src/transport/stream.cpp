#include "transport/stream.hpp"

#include <climits>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace quickclinic::transport {
namespace {

IoResult from_errno() noexcept {
  const bool later = errno == EAGAIN || errno == EWOULDBLOCK;
  return {later ? IoStatus::would_block : IoStatus::failed, 0};
}

}  // namespace

void Stream::reset_on_close() noexcept {
  const linger abrupt{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd(), SOL_SOCKET, SO_LINGER, &abrupt, sizeof abrupt);
}

IoResult PlainStream::read(std::span<char> buffer) {
  for (;;) {
    const ssize_t count = ::recv(fd(), buffer.data(), buffer.size(), 0);
    if (count > 0) return {IoStatus::ok, static_cast<std::size_t>(count)};
    if (count == 0) return {IoStatus::end, 0};
    if (errno != EINTR) return from_errno();
  }
}

IoResult PlainStream::write(std::span<const iovec> pieces) {
  if (pieces.empty()) return {IoStatus::ok, 0};
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(pieces.data());  // sendmsg only reads them
  message.msg_iovlen = std::min<std::size_t>(pieces.size(), IOV_MAX);
  for (;;) {
    // One piece, the usual case, costs the kernel less by `send`.
    const ssize_t count = pieces.size() == 1
                              ? ::send(fd(), pieces[0].iov_base, pieces[0].iov_len, MSG_NOSIGNAL)
                              : ::sendmsg(fd(), &message, MSG_NOSIGNAL);
    if (count >= 0) return {IoStatus::ok, static_cast<std::size_t>(count)};
    if (errno != EINTR) return from_errno();
  }
}

void PlainStream::shutdown() { ::shutdown(fd(), SHUT_WR); }

}  // namespace quickclinic::transport
