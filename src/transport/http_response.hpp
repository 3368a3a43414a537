#pragma once

#include "base/clock.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace quickclinic::transport {

/// Names and values, in the order in which they are written. A name may occur more than once.
using HeaderList = std::vector<std::pair<std::string, std::string>>;

/// One answer. Content-Length, Transfer-Encoding, Connection and Date are `format`'s to write and
/// ignored in `headers`.
struct HttpResponse {
  unsigned status = 200;
  HeaderList headers = {};
  std::string body = {};
  /// Instead of `body`, when not empty: bytes that stay where they are for as long as the server
  /// runs. A connection sends them from there.
  std::string_view lasting_body = {};
  bool close = false;  ///< tell the client that the connection ends here
};

std::string_view reason_phrase(unsigned status) noexcept;

/// False for statuses that end with their head, whatever the body (RFC 9110, section 6.4.1).
bool may_have_content(unsigned status) noexcept;

/// The bytes of a response. With `head_only` (HEAD) the body is announced and left out. A header
/// whose name is no token, or whose value holds a control byte, is dropped and logged: it would
/// write headers of its own.
std::string format(const HttpResponse& response, bool head_only = false);

/// Puts more headers at the end of a head that is already formatted, as `format` would.
void add_headers(std::string& head, const HeaderList& headers);

/// Only the head, up to and with the empty line, for a body of `content_length` bytes that is sent
/// from elsewhere.
std::string format_head(const HttpResponse& response, std::size_t content_length);

/// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
std::string http_date(WallTime time);

}  // namespace quickclinic::transport
