#pragma once

#include "base/result.hpp"
#include "transport/http_request.hpp"

#include <cstdint>
#include <string_view>

namespace quickclinic::transport {

/// How the body that follows a head is delimited.
struct BodyFraming {
  bool chunked = false;
  std::uint64_t content_length = 0;  ///< when not chunked
};

/// Checks the method, the target's beginning and the version of a request line without its line
/// end. To be asked as soon as the line is there, so that HTTP/0.9 and HTTP/2 are not kept waiting
/// for headers.
Result<> check_request_line(std::string_view line);

/// Reads a complete head, from the request line to the empty line, which `HttpHeadScanner` has let
/// pass. Stricter than the RFC asks wherever two readers could disagree about where the body ends.
///
/// A target in absolute form (`GET http://host/path`) becomes its path, and its authority takes the
/// place of Host (RFC 9112, section 3.2.2): whoever asks for Host gets the one the client meant.
Result<BodyFraming> read_head(std::string_view text, HttpRequest& request);

}  // namespace quickclinic::transport
