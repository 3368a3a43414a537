#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace quickclinic::load {

/// RFC 6455 section 5.2.
enum class Opcode : std::uint8_t {
  continuation = 0x0,
  text = 0x1,
  binary = 0x2,
  close = 0x8,
  ping = 0x9,
  pong = 0xa,
};

/// Appends a whole client frame, masked as a client must. The mask is the same each time: a server
/// has to undo it whatever it is, and frames can be made once and sent often.
void append_client_frame(std::string& out, Opcode opcode, std::string_view payload);

/// What stands at the front of bytes from a server.
struct FrameScan {
  enum class State { partial, whole, bad };

  State state = State::partial;
  Opcode opcode = Opcode::text;
  bool final = true;         ///< no continuation follows
  std::size_t size = 0;      ///< of the whole frame, header included; zero unless `whole`
  std::string_view payload;  ///< a piece of the bytes scanned
};

/// `bad` for what no server may send: a mask, reserved bits, an opcode that does not exist.
FrameScan scan_server_frame(std::string_view bytes) noexcept;

}  // namespace quickclinic::load
