#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace quickclinic::transport {

/// RFC 6455, section 5.2. Every other value is reserved and refused.
enum class Opcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10
};

constexpr bool is_control(Opcode opcode) noexcept { return static_cast<unsigned>(opcode) >= 8; }

constexpr std::size_t control_payload_bytes_max = 125;
constexpr std::size_t client_header_bytes_max = 14;

using MaskKey = std::array<char, 4>;

/// The head of a frame sent by a client.
struct FrameHeader {
  Opcode opcode = Opcode::continuation;
  bool final = true;
  bool compressed = false;  ///< the first reserved bit (RFC 7692, section 6)
  MaskKey mask{};
  std::uint64_t payload_bytes = 0;
};

enum class HeaderStatus { complete, need_more, malformed };

struct HeaderParse {
  HeaderStatus status = HeaderStatus::need_more;
  std::size_t bytes = 0;  ///< of the header, when complete
  FrameHeader header;
};

/// Reads a client's frame header from the start of `bytes`. Malformed, by section 5.2 to 5.5: a
/// reserved opcode, a reserved bit but the first, no mask, a length not in its shortest form or
/// with its top bit set, a control frame that is fragmented or longer than 125 bytes.
HeaderParse parse_client_header(std::span<const char> bytes) noexcept;

/// Masks or unmasks in place (section 5.3). `offset` is the place of `bytes` in the frame's
/// payload.
void apply_mask(std::span<char> bytes, const MaskKey& mask, std::uint64_t offset) noexcept;

/// Whether a peer may send this close code (section 7.4, and the codes registered since).
bool is_valid_close_code(std::uint16_t code) noexcept;

/// Frames from the server, unmasked. `payload` must not pass 125 bytes; what is longer is cut.
std::string ping_frame(std::string_view payload);
std::string pong_frame(std::string_view payload);
/// `reason` is UTF-8 and is cut at a character's boundary where it does not fit.
std::string close_frame(std::uint16_t code, std::string_view reason = {});

}  // namespace quickclinic::transport
