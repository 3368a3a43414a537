#include "transport/http_chunked_body.hpp"

#include "transport/transport_error.hpp"

#include <algorithm>

namespace quickclinic::transport {
namespace {

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_control(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte == 0x7F || (byte < 0x20 && byte != '\t');
}

}  // namespace

Result<std::size_t> HttpChunkedBody::feed(std::string_view bytes, std::string& body,
                                          std::uint64_t body_bytes_max, const HttpLimits& limits) {
  std::size_t at = 0;
  while (at < bytes.size() && state_ != State::complete) {
    if (state_ == State::data) {
      const std::size_t count = std::min<std::uint64_t>(left_, bytes.size() - at);
      body.append(bytes.substr(at, count));
      at += count;
      left_ -= count;
      if (left_ == 0) state_ = State::data_return;
      continue;
    }
    const auto stepped =
        step(bytes[at++], body_bytes_max - std::min<std::uint64_t>(body_bytes_max, body.size()));
    if (!stepped) return std::unexpected(stepped.error());
    const std::uint64_t allowed =
        limits.chunk_overhead_bytes_max + limits.chunk_overhead_per_byte_max * body.size();
    if (refused_ || ++overhead_ > allowed) return fail(TransportError::bad_chunk);
  }
  return at;
}

void HttpChunkedBody::expect(bool as_expected, State next) {
  if (!as_expected) refused_ = true;
  state_ = next;
}

Result<> HttpChunkedBody::step(char c, std::uint64_t room) {
  switch (state_) {
    case State::size_first:
    case State::size:
      return step_size(c, room);
    case State::extension:
      expect(c == '\r' || !is_control(c), c == '\r' ? State::size_end : state_);
      break;
    case State::size_end:
      expect(c == '\n', left_ > 0 ? State::data : State::trailer_first);
      break;
    case State::data_return:
      expect(c == '\r', State::data_end);
      break;
    case State::data_end:
      expect(c == '\n', State::size_first);
      break;
    case State::trailer_first:
      expect(c == '\r' || !is_control(c), c == '\r' ? State::last_end : State::trailer);
      break;
    case State::trailer:
      expect(c == '\r' || !is_control(c), c == '\r' ? State::trailer_end : state_);
      break;
    case State::trailer_end:
      expect(c == '\n', State::trailer_first);
      break;
    case State::last_end:
      expect(c == '\n', State::complete);
      break;
    case State::data:
    case State::complete:
      break;
  }
  return {};
}

Result<> HttpChunkedBody::step_size(char c, std::uint64_t room) {
  const int digit = hex_value(c);
  if (digit >= 0) {
    if (state_ == State::size_first) left_ = 0;
    state_ = State::size;
    // `left_` never passes `room`, so that this cannot overflow for any limit below 2^60.
    left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
    if (left_ > room) return fail(TransportError::body_too_large);
    return {};
  }
  const bool ended = c == '\r' || c == ';';
  expect(ended && state_ == State::size, c == '\r' ? State::size_end : State::extension);
  return {};
}

}  // namespace quickclinic::transport
