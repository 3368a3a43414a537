#include "transport/http_head_scanner.hpp"

#include "transport/transport_error.hpp"

namespace quickclinic::transport {
namespace {

bool is_control(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte == 0x7F || (byte < 0x20 && byte != '\t');
}

}  // namespace

Result<HttpHeadScanner::Step> HttpHeadScanner::scan(std::string_view bytes,
                                                    const HttpLimits& limits) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (!after_carriage_return_) {
      const auto taken = take(bytes[i], limits);
      if (!taken) return std::unexpected(taken.error());
      continue;
    }
    after_carriage_return_ = false;
    if (bytes[i] != '\n')
      return fail(lines_ == 0 ? TransportError::bad_request_line : TransportError::bad_header);
    const auto found = end_line(limits);
    if (!found) return std::unexpected(found.error());
    if (*found != Found::nothing) return Step{i + 1, *found};
  }
  return Step{bytes.size(), Found::nothing};
}

Result<> HttpHeadScanner::take(char c, const HttpLimits& limits) {
  const bool request_line = lines_ == 0;
  if (c == '\r') {
    after_carriage_return_ = true;
    return {};
  }
  const bool folded = !request_line && line_bytes_ == 0 && (c == ' ' || c == '\t');
  if (is_control(c) || folded || (request_line && c == '\t')) {
    return fail(request_line ? TransportError::bad_request_line : TransportError::bad_header);
  }
  ++line_bytes_;
  const bool too_large = request_line ? line_bytes_ > limits.request_line_bytes_max
                                      : header_bytes_ + line_bytes_ > limits.header_bytes_max;
  if (too_large) return fail(TransportError::headers_too_large);
  return {};
}

Result<HttpHeadScanner::Found> HttpHeadScanner::end_line(const HttpLimits& limits) {
  if (line_bytes_ == 0) {
    if (lines_ > 0) return Found::end;
    if (skipped_empty_line_) return fail(TransportError::bad_request_line);
    skipped_empty_line_ = true;
    return Found::nothing;
  }
  if (lines_ > 0) header_bytes_ += line_bytes_ + 2;
  line_bytes_ = 0;
  if (lines_++ == 0) return Found::request_line;
  // Counted here already, so that a flood of short lines ends early.
  if (lines_ - 1 > limits.headers_max) return fail(TransportError::headers_too_large);
  return Found::nothing;
}

}  // namespace quickclinic::transport
