#pragma once

#include "base/result.hpp"
#include "transport/http_limits.hpp"

#include <cstddef>
#include <string_view>

namespace quickclinic::transport {

/// Finds where a request's head ends, in whatever pieces it arrives, and refuses what no head may
/// hold: control bytes (so TLS on a plain port too), bare line ends, folded lines (RFC 9112,
/// section 5.2), too much of anything. Keeps no byte. One empty line before the request line is let
/// pass (RFC 9112, section 2.2).
class HttpHeadScanner {
 public:
  enum class Found { nothing, request_line, end };
  struct Step {
    std::size_t consumed = 0;  ///< up to and with what was found
    Found found = Found::nothing;
  };

  /// Stops after the request line and after the head; after an error the scanner is spent.
  Result<Step> scan(std::string_view bytes, const HttpLimits& limits);

 private:
  Result<Found> end_line(const HttpLimits& limits);
  /// A piece of a line, without its end.
  Result<> take(std::string_view text, const HttpLimits& limits);

  std::size_t line_bytes_ = 0;    // of the line begun, without its end
  std::size_t header_bytes_ = 0;  // of all header lines, with their ends
  std::size_t lines_ = 0;         // ended so far, the empty one in front not counted
  bool skipped_empty_line_ = false;
  bool after_carriage_return_ = false;
};

}  // namespace quickclinic::transport
