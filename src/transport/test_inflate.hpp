#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <zlib.h>

namespace quickclinic::transport {

/// For tests: what a body in the coding `gzip` or `deflate` holds. Throws when it is not exactly
/// one whole stream.
inline std::string inflate_body(std::string_view body) {
  z_stream stream{};
  constexpr int either_frame = 15 + 32;  // zlib.h, inflateInit2
  if (inflateInit2(&stream, either_frame) != Z_OK) throw std::runtime_error("no zlib");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
  stream.avail_in = static_cast<uInt>(body.size());
  std::string plain;
  int result = Z_OK;
  while (result == Z_OK) {
    const std::size_t before = plain.size();
    plain.resize(before + 65536);
    stream.next_out = reinterpret_cast<Bytef*>(plain.data() + before);
    stream.avail_out = 65536;
    result = inflate(&stream, Z_NO_FLUSH);
    plain.resize(before + 65536 - stream.avail_out);
  }
  const bool whole = result == Z_STREAM_END && stream.avail_in == 0;
  inflateEnd(&stream);
  if (!whole) throw std::runtime_error("not a whole compressed body");
  return plain;
}

}  // namespace quickclinic::transport
