#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace quickclinic::load {

/// What stands at the front of bytes from an HTTP/1.1 server.
struct ResponseScan {
  enum class State { partial, whole, bad };

  State state = State::partial;
  int status = 0;         ///< of the status line
  std::size_t size = 0;   ///< of the whole response; zero unless `whole`
  std::string_view head;  ///< status line and fields
  std::string_view body;
};

/// Knows bodies with a `Content-Length` and responses without a body (1xx, 204), which is all that
/// Engine.IO servers send to a client that does not ask for compression; `bad` for anything else.
ResponseScan scan_response(std::string_view bytes) noexcept;

/// The value of a field, its name in lower case; empty when it is not there.
std::string_view field(std::string_view head, std::string_view name) noexcept;

}  // namespace quickclinic::load
