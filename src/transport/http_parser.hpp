#pragma once

#include "base/result.hpp"
#include "transport/http_chunked_body.hpp"
#include "transport/http_head.hpp"
#include "transport/http_head_scanner.hpp"
#include "transport/http_limits.hpp"
#include "transport/http_request.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace quickclinic::transport {

/// Reads the requests of one connection, one after the other, from bytes as they arrive. No I/O.
///
/// Owned by the connection. A head that arrives in one piece, as most do, is not copied before it
/// is read; between requests the parser owns no memory. What it refuses is answered with
/// `http_status` and the connection is closed: after an error the parser gives the same error for
/// ever.
class HttpParser {
 public:
  explicit HttpParser(const HttpLimits& limits = {}) : limits_(limits) {}

  /// Takes bytes and says how many. It stops at the end of the head, where the caller may set the
  /// body's limit and answer `Expect: 100-continue`, and at the end of the request; what it has not
  /// taken is to be fed again.
  Result<std::size_t> feed(std::string_view bytes);

  /// True when a byte of a request has come and the request is not complete: time to be strict
  /// about slowness.
  bool started() const noexcept { return started_ && !complete(); }
  bool headers_complete() const noexcept { return phase_ != Phase::head; }
  /// The request without its body; once `headers_complete()`.
  const HttpRequest& head() const noexcept { return request_; }
  /// A body that is larger than may be kept, and is read all the same, so that its sender can be
  /// answered in words: only its beginning is kept.
  struct BodySkip {
    std::uint64_t body_bytes_max = 0;  ///< 0: no body is skipped
    std::size_t kept_bytes = 1024;
    char mark = '\0';  ///< looked for in all of it
  };
  /// For this request, between head and body. `body_too_large` at once when more than that is
  /// announced, unless `skip` allows it. A chunked body is never skipped.
  Result<> set_body_limit(std::uint64_t body_bytes_max, const BodySkip& skip);
  Result<> set_body_limit(std::uint64_t body_bytes_max) {
    return set_body_limit(body_bytes_max, {});
  }
  bool complete() const noexcept { return phase_ == Phase::complete; }
  /// The request, once `complete()`; the parser is then ready for the next.
  HttpRequest take();

 private:
  enum class Phase { head, body, complete };

  Result<std::size_t> feed_head(std::string_view bytes);
  Result<std::size_t> feed_body(std::string_view bytes);
  Result<> finish_head(std::string_view text);

  HttpLimits limits_;
  Phase phase_ = Phase::head;
  bool started_ = false;
  std::optional<Error> refused_;
  HttpHeadScanner scanner_;
  std::string gathered_;  // a head that came in pieces
  BodyFraming framing_;
  std::uint64_t body_limit_ = 0;
  std::uint64_t body_taken_ = 0;  // bytes of a body of announced length
  BodySkip skip_;
  HttpChunkedBody chunks_;
  HttpRequest request_;
};

}  // namespace quickclinic::transport
