#pragma once

#include <cstddef>
#include <cstdint>

namespace quickclinic::transport {

/// What a request may weigh. A request that is not complete holds at most this much memory.
struct HttpLimits {
  std::size_t request_line_bytes_max = std::size_t{8} * 1024;  ///< what common proxies pass on
  std::size_t header_bytes_max =
      std::size_t{16} * 1024;     ///< all header lines together; Node's limit too
  std::size_t headers_max = 100;  ///< a browser behind two proxies sends about forty
  std::uint64_t body_bytes_max =
      1'000'000;  ///< `maxPayload` of Engine.IO; `set_body_limit` overrides it
  /// What the framing of a chunked body may cost: this much, and `chunk_overhead_per_byte_max` for
  /// each byte of body.
  std::size_t chunk_overhead_bytes_max = std::size_t{16} * 1024;
  std::size_t chunk_overhead_per_byte_max = 8;  ///< chunks of one byte are silly and still allowed
};

}  // namespace quickclinic::transport
