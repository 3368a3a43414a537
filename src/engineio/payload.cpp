#include "engineio/payload.hpp"

#include "base/base64.hpp"
#include "engineio/error.hpp"

namespace quickclinic::engineio {
namespace {

constexpr char separator = payload_separator;

}  // namespace

Result<std::optional<IncomingPacket>> PayloadReader::next() {
  if (done_) return std::nullopt;
  const std::size_t end = rest_.find(separator);
  const std::string_view packet = rest_.substr(0, end);
  if (end == std::string_view::npos) {
    done_ = true;
  } else {
    rest_.remove_prefix(end + 1);
  }
  if (packet.empty()) return fail(EngineError::bad_payload, "empty packet");
  if (packet.front() != 'b') return IncomingPacket{packet, false};
  Result<std::string> bytes = decode_base64(packet);
  if (!bytes) return fail(EngineError::bad_payload, "bad base64");
  decoded_ = std::move(*bytes);
  return IncomingPacket{decoded_, true};
}

Result<std::string> decode_base64(std::string_view packet) {
  std::optional<std::string> bytes =
      packet.starts_with('b') ? base64_decode(packet.substr(1)) : std::nullopt;
  if (!bytes) return fail(EngineError::bad_packet, "bad base64");
  return std::move(*bytes);
}

void append_to_payload(std::string& body, const Frame& frame) {
  if (!body.empty()) body.push_back(separator);
  if (frame.is_binary()) {
    body.push_back('b');
    body += base64_encode(frame.packet());
  } else {
    body += frame.packet();
  }
}

std::size_t payload_bytes(const Frame& frame) noexcept {
  const std::size_t size = frame.packet().size();
  return 1 + (frame.is_binary() ? 1 + (size + 2) / 3 * 4 : size);
}

}  // namespace quickclinic::engineio
