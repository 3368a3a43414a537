#pragma once

#include "transport/deflater.hpp"
#include "transport/http_headers.hpp"
#include "transport/http_response.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace quickclinic::transport {

/// Whether and when HTTP answers are compressed; the defaults are those of the Node server.
struct HttpCompression {
  bool enabled = true;
  /// Smaller bodies are left as they are: they fit into a packet or two either way.
  std::size_t threshold_bytes = 1024;
  int level = 6;  ///< as in `DeflateParameters`
};

/// What a body travels as (RFC 9110, section 8.4.1).
enum class ContentCoding : std::uint8_t { identity, deflate, gzip };

/// What a client says of each coding (RFC 9110, section 12.5.3): its q-value in thousandths, 0
/// where it refuses the coding, and -1 where it says nothing of it, neither by name nor by `*`.
struct CodingWishes {
  int brotli = -1;
  int gzip = -1;
  int deflate = -1;
  int identity = -1;  ///< by name only
};
CodingWishes coding_wishes(const Headers& request) noexcept;

/// The coding that the client likes best, by its Accept-Encoding: the highest q-value, of equal
/// ones gzip before deflate before none. A coding with `q=0` is refused, and one that is not named,
/// by itself or by `*`, is not used. Without the header: identity.
ContentCoding preferred_coding(const Headers& request) noexcept;

/// Compresses bodies, one after the other. Owns no memory before it has found something to
/// compress, then two compressors at most, as large as `Deflater` says; a shard has one, and shares
/// its thread.
class HttpCompressor {
 public:
  explicit HttpCompressor(const HttpCompression& settings) noexcept : settings_(settings) {}

  /// Whether there is a use in asking for the coding a client prefers.
  bool enabled() const noexcept { return settings_.enabled; }

  /// Puts the body of `response` into `coding`, with Content-Encoding, Vary, and a weak ETag where
  /// there was a strong one (RFC 9110, section 8.8.1). Leaves alone what is below the threshold,
  /// what has a Content-Encoding already, and what would not become smaller.
  void compress(HttpResponse& response, ContentCoding coding);

 private:
  Deflater& deflater(ContentCoding coding);

  HttpCompression settings_;
  std::optional<Deflater> gzip_;
  std::optional<Deflater> deflate_;
};

}  // namespace quickclinic::transport
