#pragma once

#include "base/result.hpp"
#include "transport/http_limits.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace quickclinic::transport {

/// Takes the chunked coding off a request body (RFC 9112, section 7.1), byte by byte as it arrives,
/// keeping nothing but the data. Extensions and trailers are read and forgotten: a trailer never
/// becomes a header.
class HttpChunkedBody {
 public:
  /// Appends the data in `bytes` to `body` and says how many bytes it took: all, unless the body
  /// ends before. `bad_chunk` on wrong syntax or when framing outweighs the data; `body_too_large`
  /// as soon as a chunk's announced size would pass `body_bytes_max`.
  Result<std::size_t> feed(std::string_view bytes, std::string& body, std::uint64_t body_bytes_max,
                           const HttpLimits& limits);
  bool complete() const noexcept { return state_ == State::complete; }

 private:
  enum class State {
    size_first,
    size,
    extension,
    size_end,
    data,
    data_return,
    data_end,
    trailer_first,
    trailer,
    trailer_end,
    last_end,
    complete,
  };

  Result<> step(char c, std::uint64_t room);
  Result<> step_size(char c, std::uint64_t room);
  void expect(bool as_expected, State next);

  State state_ = State::size_first;
  bool refused_ = false;
  std::uint64_t left_ = 0;      // of the chunk
  std::uint64_t overhead_ = 0;  // bytes that were not data
};

}  // namespace quickclinic::transport
