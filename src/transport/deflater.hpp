#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct z_stream_s;

namespace quickclinic::transport {

/// What stands around the compressed bytes: nothing (RFC 1951), zlib's frame (RFC 1950), gzip's
/// (RFC 1952).
enum class DeflateFormat : std::uint8_t { raw, zlib, gzip };

struct DeflateParameters {
  DeflateFormat format = DeflateFormat::raw;
  int window_bits = 15;  ///< 9 to 15: how far back a repetition may lie, as a power of two
  int level = 6;         ///< 1 (fast) to 9 (small); 6 is zlib's own choice
};

/// zlib's compressor, for one message after the other.
///
/// Takes its memory with the first message and keeps it: 128 KiB and four times the window, 256 KiB
/// with the largest. Not thread-safe.
class Deflater {
 public:
  explicit Deflater(DeflateParameters parameters) noexcept : parameters_(parameters) {}
  ~Deflater();
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  /// Appends `bytes` to `out` as a complete stream, and forgets them. False when there is no memory
  /// for the compressor: `out` then holds what it held.
  bool compress_alone(std::string_view bytes, std::string& out);

  /// Appends `bytes` to `out`, up to and with a flush (an empty stored block), and remembers them:
  /// what comes later refers to them. False when there is no memory to begin, and nothing is
  /// remembered.
  bool compress_onward(std::string_view bytes, std::string& out);

  /// Forgets what `compress_onward` has seen.
  void forget() noexcept;

 private:
  struct Ending {
    void operator()(z_stream_s* stream) const noexcept;
  };
  bool begin();
  bool run(std::string_view bytes, int flush, std::string& out);

  DeflateParameters parameters_;
  std::unique_ptr<z_stream_s, Ending> stream_;
};

}  // namespace quickclinic::transport
