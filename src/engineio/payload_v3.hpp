#pragma once

#include "base/result.hpp"
#include "engineio/frame.hpp"
#include "engineio/payload.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace quickclinic::engineio {

/// Reads a polling body of protocol 3 packet by packet: `<length>:<packet>` with the length in
/// UTF-16 units, as JavaScript counts; or, in a body that was sent as bytes, 0 (text) or 1
/// (binary), the length in bytes as decimal digits of the values 0 to 9, 255, and the packet.
/// Borrows the body.
///
/// A binary packet has its type in front, as a byte from 0 to 6.
class PayloadReaderV3 {
 public:
  enum class Form { text, bytes };

  PayloadReaderV3(std::string_view body, Form form) : rest_(body), form_(form) {}

  /// The next packet, nothing at the end, or `bad_payload`; an empty body is one. A packet that
  /// came as base64 is valid until the next call.
  Result<std::optional<IncomingPacket>> next();

 private:
  Result<std::optional<IncomingPacket>> next_of_text();
  Result<std::optional<IncomingPacket>> next_of_bytes();
  Result<std::optional<IncomingPacket>> text_packet(std::string_view packet);

  std::string_view rest_;
  Form form_;
  bool begun_ = false;
  std::string decoded_;
};

/// A text packet `b<type><base64>` of protocol 3: the type as a byte, and the bytes. `bad_packet`
/// when it is none.
Result<std::string> decode_base64_v3(std::string_view packet);

/// A frame as a protocol 3 client has to receive it over WebSocket: with the packet's type in front
/// of a binary message, or as base64 text. Text frames are the same in both protocols.
FramePtr to_v3(const FramePtr& frame, bool base64);

/// A polling body of protocol 3: as bytes when there is a binary message among `frames` and the
/// client takes them, else as text.
std::string encode_payload_v3(std::span<const FramePtr> frames, bool base64);
/// At least as many bytes as `frame` takes of such a body.
std::size_t payload_bytes_v3(const Frame& frame) noexcept;
/// Whether `encode_payload_v3` has chosen bytes: such a body is `application/octet-stream`. False
/// for any body of protocol 4.
bool is_payload_of_bytes(std::string_view body) noexcept;

}  // namespace quickclinic::engineio
