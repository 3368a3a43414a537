#include "transport/http_head_scanner.hpp"

#include "transport/transport_error.hpp"

#include <algorithm>

namespace quickclinic::transport {
namespace {

constexpr char carriage_return = '\r';

bool is_control(char c, bool tab_allowed) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return (byte == 0x7F) | ((byte < 0x20) & ((byte != '\t') | !tab_allowed));
}

// How much of `text` comes before the first byte that does not belong there. Without a branch for
// each byte, so that the compiler looks at many at once; nearly always it is all of it.
std::size_t plain_bytes(std::string_view text, bool tab_allowed) noexcept {
  bool wrong = false;
  for (const char c : text) wrong |= is_control(c, tab_allowed);
  if (!wrong) return text.size();
  const auto first = std::ranges::find_if(text, [&](char c) { return is_control(c, tab_allowed); });
  return static_cast<std::size_t>(first - text.begin());
}

}  // namespace

Result<HttpHeadScanner::Step> HttpHeadScanner::scan(std::string_view bytes,
                                                    const HttpLimits& limits) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    if (!after_carriage_return_) {
      const std::string_view line = bytes.substr(at, bytes.find(carriage_return, at) - at);
      const auto taken = take(line, limits);
      if (!taken) return std::unexpected(taken.error());
      at += line.size();
      if (at == bytes.size()) break;
      ++at;
      after_carriage_return_ = true;
      continue;
    }
    after_carriage_return_ = false;
    if (bytes[at++] != '\n')
      return fail(lines_ == 0 ? TransportError::bad_request_line : TransportError::bad_header);
    const auto found = end_line(limits);
    if (!found) return std::unexpected(found.error());
    if (*found != Found::nothing) return Step{at, *found};
  }
  return Step{at, Found::nothing};
}

Result<> HttpHeadScanner::take(std::string_view text, const HttpLimits& limits) {
  const bool request_line = lines_ == 0;
  const auto wrong = request_line ? TransportError::bad_request_line : TransportError::bad_header;
  const bool begins = line_bytes_ == 0;
  if (begins && !request_line && (text.starts_with(' ') || text.starts_with('\t'))) {
    return fail(wrong);  // folded
  }
  const std::size_t plain = plain_bytes(text, !request_line);
  line_bytes_ += plain;
  const bool too_large = request_line ? line_bytes_ > limits.request_line_bytes_max
                                      : header_bytes_ + line_bytes_ > limits.header_bytes_max;
  if (too_large) return fail(TransportError::headers_too_large);
  if (plain < text.size()) return fail(wrong);
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
