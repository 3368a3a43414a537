#pragma once

#include "engineio/frame.hpp"
#include "transport/transport_error.hpp"
#include "transport/websocket_frame.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace quickclinic::transport {

class WebSocketDeflate;

struct WebSocketLimits {
  /// `maxPayload` of Engine.IO; of a compressed message, both as it comes and as it is.
  std::uint64_t message_bytes_max = 1'000'000;
  unsigned fragments_max =
      1024;  ///< of one message; a flood of empty ones costs time and no memory
  /// A single text frame larger than a message may be, yet not than this, is read and thrown away
  /// and reported as `oversized`, so that the application can answer it. 0: off.
  std::uint64_t skip_bytes_max = 0;
  static constexpr std::size_t skip_prefix_bytes =
      1024;  ///< what is kept of it: enough to see which event it was
};

struct WebSocketMessage {
  enum class Kind { text, binary, ping, pong, close, oversized };

  Kind kind = Kind::text;
  /// The payload, for `close` the reason, for `oversized` the first bytes, which need not be whole
  /// UTF-8. Valid until the decoder is called again or the input buffer is touched.
  std::string_view data;
  std::uint16_t close_code =
      0;  ///< for `close`; 1005 when the peer gave none (RFC 6455, section 7.1.5)
};

/// Reads a client's frames from bytes as they arrive (RFC 6455, section 5). No I/O.
///
/// Owned by the connection. A frame that lies whole in the input is unmasked there and handed out
/// without a copy; what is not whole is gathered in memory that grows with what has arrived, never
/// with what was announced, and is given back when the message is done: an idle decoder is 32 bytes
/// and owns nothing but the compression that was agreed upon, if any.
class WebSocketDecoder {
 public:
  enum class Outcome {
    message,    ///< one has been written to the caller's; call again for more
    need_more,  ///< all input has been taken
    refused,  ///< the peer broke the protocol: send a close with `close_code(error())` and hang up
  };

  /// `limits` must outlive the decoder: they are those of the server. `deflate` is null unless
  /// compression was agreed upon.
  WebSocketDecoder(const WebSocketLimits& limits, std::unique_ptr<WebSocketDeflate> deflate);
  explicit WebSocketDecoder(const WebSocketLimits& limits);
  ~WebSocketDecoder();
  WebSocketDecoder(WebSocketDecoder&&) noexcept;
  WebSocketDecoder& operator=(WebSocketDecoder&&) noexcept;

  /// Takes bytes off the front of `input`, which it may change in place, up to the end of the next
  /// message. To be called until it needs more. After a close message all further input is thrown
  /// away (section 5.5.1).
  Outcome next(std::span<char>& input, WebSocketMessage& message);

  /// What to write instead of `frame`: itself, or as the agreed compression makes it.
  engineio::FramePtr outgoing(engineio::FramePtr frame) {
    return deflate_ == nullptr ? std::move(frame) : compressed(std::move(frame));
  }

  /// Why input was refused: `bad_frame`, `bad_text`, `bad_compression` or `message_too_large`.
  TransportError error() const noexcept { return error_; }

  /// True while a frame or a message has begun and is not complete: time to be strict about
  /// slowness.
  bool mid_message() const noexcept;

 private:
  struct Partial;
  enum class State : std::uint8_t { open, closed, refused };

  std::optional<Outcome> begin_frame(std::span<char>& input, WebSocketMessage& message);
  std::optional<Outcome> continue_frame(std::span<char>& input, WebSocketMessage& message);
  std::optional<Outcome> take_whole_frame(const FrameHeader& header, std::span<char> payload,
                                          WebSocketMessage& message);
  std::optional<Outcome> finish_frame(WebSocketMessage& message);
  bool admit(const FrameHeader& header);
  bool is_skipped(const FrameHeader& header) const noexcept;
  engineio::FramePtr compressed(engineio::FramePtr frame);
  Outcome inflate(Opcode opcode, std::string_view payload, WebSocketMessage& message);
  Outcome deliver(Opcode opcode, std::string_view data, WebSocketMessage& message);
  Outcome deliver_close(std::string_view payload, WebSocketMessage& message);
  Outcome refuse(TransportError error);
  Partial& partial();
  void forget_delivered();

  const WebSocketLimits* limits_;
  std::unique_ptr<Partial> partial_;           // nothing while there is nothing to remember
  std::unique_ptr<WebSocketDeflate> deflate_;  // null: compressed frames are refused
  TransportError error_{};
  State state_ = State::open;
};

}  // namespace quickclinic::transport
