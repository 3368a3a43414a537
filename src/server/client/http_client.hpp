#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Asking another server over HTTP, for the parts of the program that have a thread to wait on:
/// plain HTTP/1.0, a connection for each request.
namespace quickclinic::client {

/// Where to ask: `http://host:port/path`. No https: for what is on this machine or its network.
struct HttpUrl {
  std::string host;  ///< without the brackets of an IPv6 address
  std::uint16_t port = 80;
  std::string path = "/";  ///< with its query
};
/// `invalid_argument`, with a sentence that says what is wrong, when it is none.
Result<HttpUrl> read_http_url(std::string_view text);
std::string to_text(const HttpUrl& url);

struct HttpQuestion {
  std::string_view method = "GET";
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string_view body = {};
};

struct HttpAnswer {
  unsigned status = 0;
  std::string body;
};

/// Asks and waits for the whole answer, until `deadline`; blocks. Fails with a sentence when nobody
/// answers in time, or something that is no HTTP, or more than `bytes_max`.
Result<HttpAnswer> ask(const HttpUrl& url, const HttpQuestion& question, TimePoint deadline,
                       std::size_t bytes_max = std::size_t{8} * 1024 * 1024);

/// Whether somebody takes a connection there, until `deadline`; blocks, and says nothing.
Result<> reach(const HttpUrl& url, TimePoint deadline);

}  // namespace quickclinic::client
