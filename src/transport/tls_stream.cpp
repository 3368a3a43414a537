#include "transport/tls_stream.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace quickclinic::transport {
namespace {

constexpr std::size_t record_bytes_max = SSL3_RT_MAX_PLAIN_LENGTH;

// OpenSSL's own socket BIO writes with write(2), and would raise SIGPIPE when the peer has gone;
// this one does not.
int socket_fd(BIO* bio) { return static_cast<const Stream*>(BIO_get_data(bio))->fd(); }

bool try_later(ssize_t count) {
  return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
}

int bio_read(BIO* bio, char* data, int size) {
  const ssize_t count = ::recv(socket_fd(bio), data, static_cast<std::size_t>(size), 0);
  BIO_clear_retry_flags(bio);
  if (try_later(count)) BIO_set_retry_read(bio);
  if (count == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  return static_cast<int>(count);
}

int bio_write(BIO* bio, const char* data, int size) {
  const ssize_t count = ::send(socket_fd(bio), data, static_cast<std::size_t>(size), MSG_NOSIGNAL);
  BIO_clear_retry_flags(bio);
  if (try_later(count)) BIO_set_retry_write(bio);
  return static_cast<int>(count);
}

long bio_control(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_FLUSH) return 1;
  if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
  return 0;
}

const BIO_METHOD* socket_method() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* made =
        BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "quickclinic socket");
    if (made == nullptr) return made;
    BIO_meth_set_read(made, bio_read);
    BIO_meth_set_write(made, bio_write);
    BIO_meth_set_ctrl(made, bio_control);
    return made;
  }();
  return method;
}

BIO* make_bio(Stream& stream) {
  BIO* bio = BIO_new(socket_method());
  if (bio == nullptr) return nullptr;
  BIO_set_data(bio, &stream);
  BIO_set_init(bio, 1);
  return bio;
}

// Walks over the pieces of a gathered write, handing out at most a record's worth at a time.
class Pieces {
 public:
  explicit Pieces(std::span<const iovec> pieces) : pieces_(pieces) { skip_empty(); }

  bool done() const { return pieces_.empty(); }

  // The next bytes: in place when one piece fills a record or is all there is, else gathered in
  // `scratch`.
  std::span<const char> next(std::array<char, record_bytes_max>& scratch) const {
    const auto first = rest_of(pieces_.front(), offset_);
    if (first.size() >= scratch.size() || pieces_.size() == 1) {
      return first.first(std::min(first.size(), scratch.size()));
    }
    std::size_t filled = 0;
    std::size_t offset = offset_;
    for (const iovec& piece : pieces_) {
      const auto rest = rest_of(piece, offset);
      const std::size_t count = std::min(rest.size(), scratch.size() - filled);
      if (count > 0) std::memcpy(scratch.data() + filled, rest.data(), count);
      filled += count;
      offset = 0;
      if (filled == scratch.size()) break;
    }
    return std::span(scratch).first(filled);
  }

  void advance(std::size_t count) {
    offset_ += count;
    while (!pieces_.empty() && offset_ >= pieces_.front().iov_len) {
      offset_ -= pieces_.front().iov_len;
      pieces_ = pieces_.subspan(1);
    }
  }

 private:
  void skip_empty() { advance(0); }

  static std::span<const char> rest_of(const iovec& piece, std::size_t offset) {
    return std::span(static_cast<const char*>(piece.iov_base), piece.iov_len).subspan(offset);
  }

  std::span<const iovec> pieces_;
  std::size_t offset_ = 0;
};

}  // namespace

void TlsStream::Free::operator()(ssl_st* tls) const noexcept { SSL_free(tls); }

TlsStream::TlsStream(FileDescriptor socket, const TlsContext& context)
    : Stream(std::move(socket)), tls_(SSL_new(context.get())) {
  BIO* bio = tls_ ? make_bio(*this) : nullptr;
  if (bio == nullptr) {
    broken_ = true;
    return;
  }
  SSL_set_bio(tls_.get(), bio, bio);
  SSL_set_accept_state(tls_.get());
}

// What OpenSSL's return value means. To be called right after the call that returned it.
IoStatus TlsStream::outcome(int returned) {
  if (returned > 0) return IoStatus::ok;
  switch (SSL_get_error(tls_.get(), returned)) {
    case SSL_ERROR_WANT_READ:
      return IoStatus::would_block;
    case SSL_ERROR_WANT_WRITE:
      wants_write_ = true;
      return IoStatus::would_block;
    case SSL_ERROR_ZERO_RETURN:
      return IoStatus::end;
    default:
      // After these OpenSSL forbids further calls on the connection, SSL_shutdown included.
      broken_ = true;
      wants_write_ = false;
      ERR_clear_error();
      return IoStatus::failed;
  }
}

IoResult TlsStream::read(std::span<char> buffer) {
  if (broken_) return {IoStatus::failed, 0};
  if (pending_.empty()) wants_write_ = false;
  std::size_t filled = 0;
  while (filled < buffer.size()) {  // OpenSSL gives one record a call
    ERR_clear_error();
    std::size_t count = 0;
    const auto rest = buffer.subspan(filled);
    const IoStatus status = outcome(SSL_read_ex(tls_.get(), rest.data(), rest.size(), &count));
    if (status != IoStatus::ok) {
      // What was read comes first; an end or a failure is found again by the next call.
      if (filled > 0) break;
      return {status, 0};
    }
    filled += count;
  }
  return {IoStatus::ok, filled};
}

IoStatus TlsStream::send_record(std::span<const char> plain) {
  ERR_clear_error();
  std::size_t count = 0;
  return outcome(SSL_write_ex(tls_.get(), plain.data(), plain.size(), &count));
}

// Sends what waits: our record, or what the handshake has to say.
IoStatus TlsStream::flush() {
  wants_write_ = false;
  if (!pending_.empty()) {
    const IoStatus status = send_record(pending_);
    if (status == IoStatus::ok) std::string().swap(pending_);
    if (status == IoStatus::would_block) wants_write_ = true;
    return status;
  }
  if (SSL_is_init_finished(tls_.get()) == 1) return IoStatus::ok;
  ERR_clear_error();
  return outcome(SSL_do_handshake(tls_.get()));
}

IoResult TlsStream::write(std::span<const iovec> pieces) {
  if (broken_) return {IoStatus::failed, 0};
  const IoStatus flushed = flush();
  if (flushed != IoStatus::ok) return {flushed, 0};
  std::array<char, record_bytes_max> scratch;
  std::size_t taken = 0;
  for (Pieces rest(pieces); !rest.done();) {
    const auto plain = rest.next(scratch);
    const IoStatus status = send_record(plain);
    if (status != IoStatus::ok && status != IoStatus::would_block) return {status, 0};
    taken += plain.size();
    rest.advance(plain.size());
    if (status == IoStatus::would_block) {
      // OpenSSL holds the encrypted record and wants the same plain text again; the caller's queue
      // may look different by then, so the text stays with us.
      pending_.assign(plain.data(), plain.size());
      wants_write_ = true;
      break;
    }
  }
  return {IoStatus::ok, taken};
}

bool TlsStream::has_buffered_input() const { return !broken_ && SSL_pending(tls_.get()) > 0; }

void TlsStream::shutdown() {
  // Behind a record that was sent in part there is no room for the alert.
  if (!broken_ && pending_.empty() && SSL_is_init_finished(tls_.get()) == 1) {
    ERR_clear_error();
    SSL_shutdown(tls_.get());
    ERR_clear_error();
  }
  ::shutdown(fd(), SHUT_WR);
}

}  // namespace quickclinic::transport
