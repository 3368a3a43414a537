#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace quickclinic::engineio {

class Frame;
/// A frame is shared by the queue of every receiver, on every shard; the last one frees it.
using FramePtr = std::shared_ptr<const Frame>;

/// One Engine.IO packet, encoded once and never changed: as the bytes of an unmasked WebSocket
/// frame, whose tail is the packet as a polling payload carries it. May be read from any thread.
class Frame {
 public:
  /// A text packet: `packet` begins with the packet's type (`4…` for a message).
  static FramePtr text(std::string_view packet, bool compressible = true);
  /// A binary message. Over WebSocket its bytes travel bare (Engine.IO v4, "Packet encoding").
  static FramePtr binary(std::string_view bytes, bool compressible = true);

  /// A message whose `payload` is compressed (RFC 7692): for a WebSocket that has agreed to it, and
  /// for nothing else.
  static FramePtr deflated(std::string_view payload, bool is_binary);

  bool is_binary() const noexcept { return binary_; }
  /// False: no transport may compress it, alone or with others, whatever it would save.
  bool compressible() const noexcept { return compressible_; }
  /// RFC 6455 header and payload, to be written as they are.
  std::string_view websocket() const noexcept { return std::string_view(bytes_).substr(header_); }
  /// The packet alone: type and data, or the bare bytes of a binary message.
  std::string_view packet() const noexcept { return std::string_view(bytes_).substr(header_space); }

  // Use FrameBuilder or the functions above.
  Frame(std::string bytes, bool is_binary, bool compressible);

 private:
  friend class FrameBuilder;
  static constexpr std::size_t header_space = 10;  // the longest header of an unmasked frame
  std::string bytes_;                              // header_space bytes, then the packet
  std::size_t header_ = 0;                         // where the header begins in them
  bool binary_ = false;
  bool compressible_ = true;
};

/// Builds a text frame in place, so that the packet's bytes are written once.
class FrameBuilder {
 public:
  explicit FrameBuilder(std::size_t expected_bytes = 0);

  /// The packet so far; append to it, never shorten it.
  std::string& out() noexcept { return bytes_; }
  FramePtr finish(bool compressible = true);

 private:
  std::string bytes_;
};

/// Packets that are the same every time.
const FramePtr& ping_frame();
const FramePtr& pong_frame();
const FramePtr& noop_frame();
const FramePtr& close_frame();
const FramePtr& probe_answer_frame();  ///< `3probe`

}  // namespace quickclinic::engineio
