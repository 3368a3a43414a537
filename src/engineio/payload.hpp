#pragma once

#include "base/result.hpp"
#include "engineio/frame.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace quickclinic::engineio {

/// Between the packets of a polling body: U+001E.
inline constexpr char payload_separator = '\x1e';

/// A packet as it came in: a text packet with its type in front, or the bytes of a binary message.
struct IncomingPacket {
  std::string_view data;
  bool binary = false;
};

/// Reads a polling body packet by packet: packets joined by U+001E, binary messages as `b` and
/// base64 (Engine.IO v4, "HTTP long-polling"). Borrows the body.
class PayloadReader {
 public:
  explicit PayloadReader(std::string_view body) : rest_(body) {}

  /// The next packet, nothing at the end, or `bad_payload`. A binary packet's data is valid until
  /// the next call.
  Result<std::optional<IncomingPacket>> next();

 private:
  std::string_view rest_;
  bool done_ = false;
  std::string decoded_;
};

/// A text packet `b<base64>`: the bytes of a binary message. `bad_packet` when it is none.
Result<std::string> decode_base64(std::string_view packet);

/// Appends `frame` to a polling body, behind a separator if it is not the first.
void append_to_payload(std::string& body, const Frame& frame);

/// How many bytes `append_to_payload` would add.
std::size_t payload_bytes(const Frame& frame) noexcept;

}  // namespace quickclinic::engineio
