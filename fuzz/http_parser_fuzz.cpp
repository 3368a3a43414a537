// Any bytes, in one read and in many, are the same requests and the same refusal, within the
// limits; and a request that was let through cannot be read in two ways.
#include "fuzz/fuzz_target.hpp"
#include "transport/http_parser.hpp"
#include "transport/http_query.hpp"
#include "transport/websocket_handshake.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace {

using namespace quickclinic::transport;
using quickclinic::fuzz::require;

constexpr HttpLimits limits{.request_line_bytes_max = 200,
                            .header_bytes_max = 400,
                            .headers_max = 8,
                            .body_bytes_max = 300,
                            .chunk_overhead_bytes_max = 100,
                            .chunk_overhead_per_byte_max = 8};

void check(const HttpRequest& request) {
  require(request.body.size() <= limits.body_bytes_max);
  require(request.headers.size() <= limits.headers_max);
  require(request.headers.count("Host") <= 1);
  require(request.headers.count("Content-Length") + request.headers.count("Transfer-Encoding") <=
          1);
  for (const Header header : request.headers) {
    require(!header.name.empty() && !header.name.contains(' '));
    require(header.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos);
  }
  require(request.path.starts_with('/') || request.path == "*");
  static_cast<void>(Query::parse(request.query));
  static_cast<void>(accept_websocket(request));
}

std::string parse(std::string_view bytes, std::size_t piece_bytes) {
  HttpParser parser(limits);
  std::string log;
  for (std::size_t at = 0; at < bytes.size();) {
    const auto taken = parser.feed(bytes.substr(at, piece_bytes));
    if (!taken) return log + taken.error().code.message();
    require(*taken > 0);
    at += *taken;
    if (!parser.complete()) continue;
    const HttpRequest request = parser.take();
    check(request);
    log.append(request.method).append(" ").append(request.target).append("\n");
    for (const Header header : request.headers)
      log.append(header.name).append(":").append(header.value).append("\n");
    log.append(std::to_string(request.body.size())).append(" ").append(request.body).append("\n");
  }
  return log;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece_bytes = 1 + data[0] % 32;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string whole = parse(bytes, std::max<std::size_t>(bytes.size(), 1));
  require(parse(bytes, 1) == whole);
  require(parse(bytes, piece_bytes) == whole);
  return 0;
}
