#include "transport/websocket_decoder.hpp"

#include "base/utf8.hpp"
#include "transport/websocket_deflate.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <utility>

namespace quickclinic::transport {

// What is remembered between two reads.
struct WebSocketDecoder::Partial {
  // A header that came in pieces.
  std::array<char, client_header_bytes_max> header_bytes{};
  std::size_t header_size = 0;

  // A frame that has begun.
  bool in_frame = false;
  bool skipping = false;
  FrameHeader frame;
  std::uint64_t received = 0;  // of its payload
  std::array<char, control_payload_bytes_max> control{};

  // A message that has begun: the fragments so far, the frame that has begun included.
  bool in_message = false;
  bool compressed = false;
  Opcode opcode = Opcode::text;
  unsigned fragments = 0;
  std::string data;

  // When idle, what `control` and `data` still hold has been handed out.
  bool idle() const { return header_size == 0 && !in_frame && !in_message; }
};

WebSocketDecoder::WebSocketDecoder(const WebSocketLimits& limits,
                                   std::unique_ptr<WebSocketDeflate> deflate)
    : limits_(&limits), deflate_(std::move(deflate)) {}
WebSocketDecoder::WebSocketDecoder(const WebSocketLimits& limits) : limits_(&limits) {}
WebSocketDecoder::~WebSocketDecoder() = default;
WebSocketDecoder::WebSocketDecoder(WebSocketDecoder&&) noexcept = default;
WebSocketDecoder& WebSocketDecoder::operator=(WebSocketDecoder&&) noexcept = default;

bool WebSocketDecoder::mid_message() const noexcept { return partial_ && !partial_->idle(); }

WebSocketDecoder::Partial& WebSocketDecoder::partial() {
  if (!partial_) partial_ = std::make_unique<Partial>();
  return *partial_;
}

void WebSocketDecoder::forget_delivered() {
  if (partial_ && partial_->idle()) partial_.reset();
}

WebSocketDecoder::Outcome WebSocketDecoder::next(std::span<char>& input,
                                                 WebSocketMessage& message) {
  forget_delivered();
  for (;;) {
    if (state_ == State::refused) return Outcome::refused;
    if (state_ == State::closed) input = {};
    if (input.empty()) return Outcome::need_more;
    const auto outcome = partial_ && partial_->in_frame ? continue_frame(input, message)
                                                        : begin_frame(input, message);
    if (outcome) return *outcome;
  }
}

std::optional<WebSocketDecoder::Outcome> WebSocketDecoder::begin_frame(std::span<char>& input,
                                                                       WebSocketMessage& message) {
  HeaderParse parse;
  if (partial_ && partial_->header_size > 0) {
    // The header began in an earlier read: complete it in the side buffer.
    Partial& known = *partial_;
    const std::size_t before = known.header_size;
    const std::size_t count = std::min(input.size(), known.header_bytes.size() - before);
    std::memcpy(known.header_bytes.data() + before, input.data(), count);
    parse = parse_client_header(std::span(known.header_bytes).first(before + count));
    known.header_size = parse.status == HeaderStatus::need_more ? before + count : 0;
    const bool complete = parse.status == HeaderStatus::complete;
    input = input.subspan(complete ? parse.bytes - before : count);
  } else {
    parse = parse_client_header(input);
    if (parse.status == HeaderStatus::need_more) {
      std::memcpy(partial().header_bytes.data(), input.data(), input.size());
      partial_->header_size = input.size();
      input = {};
    } else {
      input = input.subspan(parse.bytes);
    }
  }
  if (parse.status == HeaderStatus::need_more) return Outcome::need_more;
  if (parse.status == HeaderStatus::malformed) return refuse(TransportError::bad_frame);
  const FrameHeader& header = parse.header;
  if (!admit(header)) return Outcome::refused;
  if (header.payload_bytes <= input.size()) {
    const auto payload = input.first(static_cast<std::size_t>(header.payload_bytes));
    input = input.subspan(payload.size());
    return take_whole_frame(header, payload, message);
  }
  Partial& begun = partial();
  begun.in_frame = true;
  begun.skipping = is_skipped(header);
  begun.frame = header;
  begun.received = 0;
  return std::nullopt;
}

bool WebSocketDecoder::is_skipped(const FrameHeader& header) const noexcept {
  return header.final && header.opcode == Opcode::text && !header.compressed &&
         header.payload_bytes > limits_->message_bytes_max &&
         header.payload_bytes <= limits_->skip_bytes_max;
}

// What the header alone decides (RFC 6455, section 5.4, and the limits), before a byte of payload
// is kept.
bool WebSocketDecoder::admit(const FrameHeader& header) {
  // RFC 7692, section 6: only the first frame of a data message carries the bit.
  if (header.compressed &&
      (deflate_ == nullptr || (header.opcode != Opcode::text && header.opcode != Opcode::binary))) {
    refuse(TransportError::bad_frame);
    return false;
  }
  if (is_control(header.opcode)) return true;
  const bool in_message = partial_ && partial_->in_message;
  if (in_message != (header.opcode == Opcode::continuation)) {
    refuse(TransportError::bad_frame);
    return false;
  }
  const std::uint64_t before = in_message ? partial_->data.size() : 0;
  const bool too_large = header.payload_bytes > limits_->message_bytes_max - before;
  const bool too_many = in_message && partial_->fragments >= limits_->fragments_max;
  if ((too_large && !is_skipped(header)) || too_many) {
    refuse(TransportError::message_too_large);
    return false;
  }
  return true;
}

std::optional<WebSocketDecoder::Outcome> WebSocketDecoder::take_whole_frame(
    const FrameHeader& header, std::span<char> payload, WebSocketMessage& message) {
  if (is_skipped(header)) {
    payload = payload.first(std::min(payload.size(), WebSocketLimits::skip_prefix_bytes));
    apply_mask(payload, header.mask, 0);
    message = {WebSocketMessage::Kind::oversized, {payload.data(), payload.size()}, 0};
    return Outcome::message;
  }
  apply_mask(payload, header.mask, 0);
  const std::string_view data(payload.data(), payload.size());
  if (is_control(header.opcode)) return deliver(header.opcode, data, message);
  if (header.final && header.opcode != Opcode::continuation) {
    if (header.compressed) [[unlikely]]
      return inflate(header.opcode, data, message);
    return deliver(header.opcode, data, message);
  }
  Partial& begun = partial();
  begun.frame = header;
  begun.data.append(data);
  return finish_frame(message);
}

std::optional<WebSocketDecoder::Outcome> WebSocketDecoder::continue_frame(
    std::span<char>& input, WebSocketMessage& message) {
  Partial& known = *partial_;
  const std::uint64_t left = known.frame.payload_bytes - known.received;
  const auto bytes =
      input.first(static_cast<std::size_t>(std::min<std::uint64_t>(left, input.size())));
  input = input.subspan(bytes.size());
  auto kept = bytes;
  if (known.skipping) {
    kept =
        bytes.first(std::min(bytes.size(), WebSocketLimits::skip_prefix_bytes - known.data.size()));
  }
  apply_mask(kept, known.frame.mask, known.received);
  if (is_control(known.frame.opcode)) {
    std::memcpy(known.control.data() + known.received, kept.data(), kept.size());
  } else {
    known.data.append(kept.data(), kept.size());
  }
  known.received += bytes.size();
  if (known.received < known.frame.payload_bytes) return std::nullopt;
  known.in_frame = false;
  return finish_frame(message);
}

// The frame in `partial_` is whole.
std::optional<WebSocketDecoder::Outcome> WebSocketDecoder::finish_frame(WebSocketMessage& message) {
  Partial& known = *partial_;
  const FrameHeader& frame = known.frame;
  if (is_control(frame.opcode)) {
    const auto size = static_cast<std::size_t>(frame.payload_bytes);
    return deliver(frame.opcode, {known.control.data(), size}, message);
  }
  if (std::exchange(known.skipping, false)) {
    message = {WebSocketMessage::Kind::oversized, known.data, 0};
    return Outcome::message;
  }
  if (frame.opcode != Opcode::continuation) {
    known.opcode = frame.opcode;
    known.compressed = frame.compressed;
    known.fragments = 0;
  }
  ++known.fragments;
  known.in_message = !frame.final;
  if (known.in_message) return std::nullopt;
  if (known.compressed) [[unlikely]] {
    const std::string payload = std::exchange(known.data, {});
    return inflate(known.opcode, payload, message);
  }
  return deliver(known.opcode, known.data, message);
}

engineio::FramePtr WebSocketDecoder::compressed(engineio::FramePtr frame) {
  return deflate_->outgoing(std::move(frame));
}

WebSocketDecoder::Outcome WebSocketDecoder::inflate(Opcode opcode, std::string_view payload,
                                                    WebSocketMessage& message) {
  std::string& data = partial().data;
  data.clear();
  const auto bytes_max = static_cast<std::size_t>(limits_->message_bytes_max);
  switch (deflate_->incoming(payload, bytes_max, data)) {
    case Inflater::Outcome::done:
      break;
    case Inflater::Outcome::too_large:
      return refuse(TransportError::message_too_large);
    case Inflater::Outcome::corrupt:
      return refuse(TransportError::bad_compression);
  }
  return deliver(opcode, data, message);
}

WebSocketDecoder::Outcome WebSocketDecoder::deliver(Opcode opcode, std::string_view data,
                                                    WebSocketMessage& message) {
  using Kind = WebSocketMessage::Kind;
  switch (opcode) {
    case Opcode::close:
      return deliver_close(data, message);
    case Opcode::ping:
      message = {Kind::ping, data, 0};
      break;
    case Opcode::pong:
      message = {Kind::pong, data, 0};
      break;
    case Opcode::binary:
      message = {Kind::binary, data, 0};
      break;
    case Opcode::text:
    case Opcode::continuation:
      if (!is_utf8(data)) return refuse(TransportError::bad_text);
      message = {Kind::text, data, 0};
  }
  return Outcome::message;
}

WebSocketDecoder::Outcome WebSocketDecoder::deliver_close(std::string_view payload,
                                                          WebSocketMessage& message) {
  constexpr std::uint16_t no_code = 1005;
  message = {WebSocketMessage::Kind::close, {}, no_code};
  if (payload.size() == 1) return refuse(TransportError::bad_frame);
  if (payload.size() >= 2) {
    const auto high = static_cast<unsigned char>(payload[0]);
    const auto low = static_cast<unsigned char>(payload[1]);
    message.close_code = static_cast<std::uint16_t>(high << 8 | low);
    message.data = payload.substr(2);
    if (!is_valid_close_code(message.close_code)) return refuse(TransportError::bad_frame);
    if (!is_utf8(message.data)) return refuse(TransportError::bad_text);
  }
  state_ = State::closed;
  return Outcome::message;
}

WebSocketDecoder::Outcome WebSocketDecoder::refuse(TransportError error) {
  error_ = error;
  state_ = State::refused;
  return Outcome::refused;
}

}  // namespace quickclinic::transport
