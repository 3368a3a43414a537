#pragma once

#include "transport/stream.hpp"
#include "transport/tls_context.hpp"

#include <memory>
#include <string>

struct ssl_st;

namespace quickclinic::transport {

/// TLS on a socket, server side. The handshake is carried on by `read` and `write` themselves;
/// until it is over both answer `would_block`.
///
/// What `write` has taken is taken for good, even where the socket had no room for the record made
/// of it: that record waits here, at most 16 KiB of it, `wants_write` is true, and the next `write`
/// sends it first.
class TlsStream final : public Stream {
 public:
  /// `failed` on the first read when OpenSSL has no memory for the connection.
  TlsStream(FileDescriptor socket, const TlsContext& context);

  IoResult read(std::span<char> buffer) override;
  IoResult write(std::span<const iovec> pieces) override;
  bool wants_write() const override { return wants_write_; }
  bool has_buffered_input() const override;
  void shutdown() override;

 private:
  struct Free {
    void operator()(ssl_st* tls) const noexcept;
  };

  IoStatus outcome(int returned);
  IoStatus send_record(std::span<const char> plain);
  IoStatus flush();

  std::unique_ptr<ssl_st, Free> tls_;
  std::string pending_;  // the plain text of a record that OpenSSL could not send yet
  bool wants_write_ = false;
  bool broken_ = false;
};

}  // namespace quickclinic::transport
