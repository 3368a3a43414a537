#include "transport/bytes_acknowledged.hpp"

// The C library's own header has an older, shorter tcp_info, and cannot stand beside this one.
#include <sys/socket.h>

#include <cstddef>
#include <linux/tcp.h>

namespace quickclinic::transport {

std::optional<std::uint64_t> bytes_acknowledged(int fd) noexcept {
  tcp_info info{};
  socklen_t size = sizeof info;
  constexpr int tcp_level = 6;  // IPPROTO_TCP
  if (::getsockopt(fd, tcp_level, TCP_INFO, &info, &size) != 0) return std::nullopt;
  const std::size_t needed = offsetof(tcp_info, tcpi_bytes_acked) + sizeof info.tcpi_bytes_acked;
  if (size < needed) return std::nullopt;
  return info.tcpi_bytes_acked;
}

}  // namespace quickclinic::transport
