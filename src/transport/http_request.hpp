#pragma once

#include "transport/http_headers.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace quickclinic::transport {

/// One HTTP request as `HttpParser` found it: checked for form, not yet for meaning. A plain value.
struct HttpRequest {
  std::string method;  ///< as it came; methods are case-sensitive
  std::string target;  ///< path and query, still percent-encoded; `*` for OPTIONS. Bytes above 127
                       ///< are let through
  std::string path;    ///< the target up to the `?`
  std::string query;   ///< the target after the `?`; see `Query`
  Headers headers;
  std::string body;
  bool body_cut = false;           ///< `body` is only the beginning; see `HttpParser::BodySkip`
  bool body_marked = false;        ///< the mark stands somewhere in the whole of it
  bool keep_alive = true;          ///< whether the client lets the connection carry another request
  bool upgrade_requested = false;  ///< has Upgrade, and Connection says so
  unsigned version = 11;           ///< 10 or 11

  std::optional<std::string_view> header(std::string_view name) const noexcept {
    return headers.find(name);
  }
  /// True when the client waits for `100 Continue` before it sends the body (RFC 9110,
  /// section 10.1.1).
  bool expects_continue() const noexcept {
    return version >= 11 && headers.has_token("Expect", "100-continue");
  }
};

}  // namespace quickclinic::transport
