#pragma once

#include "transport/file_descriptor.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace quickclinic::testing {

/// How a test wants its socket; the defaults are the kernel's.
struct SocketOptions {
  int receive_buffer_bytes = 0;  ///< small: the server has to keep what the test does not read
};

/// One connection to a server on this machine, as a test drives it: it blocks, and every wait is
/// bounded. A wait that passes its bound throws, which fails the test.
class LoopbackSocket {
 public:
  explicit LoopbackSocket(std::uint16_t port, SocketOptions options = {});
  /// To a Unix socket.
  explicit LoopbackSocket(const std::string& path);

  /// Writes all of it. False when the server has closed the connection.
  bool write(std::string_view bytes);
  /// Whatever comes next, at least a byte; empty when the server has closed the connection.
  std::string read_some();
  /// Reads until the server closes, and answers what came before.
  std::string read_to_end();

  /// Says that nothing more will come, and goes on reading.
  void half_close();
  /// Ends the connection by a RST, as a crashed machine's kernel would.
  void reset();
  void close() { socket_.reset(); }

 private:
  transport::FileDescriptor socket_;
};

}  // namespace quickclinic::testing
