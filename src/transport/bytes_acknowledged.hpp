#pragma once

#include <cstdint>
#include <optional>

namespace quickclinic::transport {

/// How many bytes the other side of a TCP connection has acknowledged since it began. Nothing for
/// another kind of socket.
std::optional<std::uint64_t> bytes_acknowledged(int fd) noexcept;

}  // namespace quickclinic::transport
