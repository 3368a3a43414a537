#pragma once

#include "transport/file_descriptor.hpp"

#include <sys/uio.h>

#include <cstddef>
#include <span>

namespace quickclinic::transport {

enum class IoStatus {
  ok,
  would_block,  ///< nothing was done; wait for readiness
  end,          ///< the peer has finished sending
  failed,       ///< the connection is broken; close it
};

struct IoResult {
  IoStatus status = IoStatus::failed;
  std::size_t bytes = 0;  ///< above zero only with `ok`
};

/// The one seam between a connection and what carries its bytes: plain TCP or TLS on a non-blocking
/// socket.
///
/// Owns the descriptor and closes it when destroyed. Belongs to one connection; every call comes
/// from its shard's thread, and the whole object may move to another shard between calls. Owns no
/// buffer while idle.
class Stream {
 public:
  explicit Stream(FileDescriptor socket) : socket_(std::move(socket)) {}
  virtual ~Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// Reads what is there, into a `buffer` that is not empty.
  virtual IoResult read(std::span<char> buffer) = 0;

  /// Writes as much as the socket takes, gathered. `bytes` of it need not be offered again.
  virtual IoResult write(std::span<const iovec> pieces) = 0;

  /// True while the stream itself has something to send, whether or not its user has: watch for
  /// EPOLLOUT, then call `write` (with nothing, if there is nothing) and `read`.
  virtual bool wants_write() const { return false; }

  /// True while input is decoded but not yet read: readiness will not tell of it, so read again.
  virtual bool has_buffered_input() const { return false; }

  /// Tells the peer that nothing more will come; best effort, never waits. Reading stays possible.
  virtual void shutdown() = 0;

  /// Makes the close that follows abrupt (RST): unsent data is dropped and the kernel keeps no
  /// state.
  void reset_on_close() noexcept;

  int fd() const noexcept { return socket_.get(); }

 private:
  FileDescriptor socket_;
};

class PlainStream final : public Stream {
 public:
  using Stream::Stream;
  IoResult read(std::span<char> buffer) override;
  IoResult write(std::span<const iovec> pieces) override;
  void shutdown() override;
};

}  // namespace quickclinic::transport
