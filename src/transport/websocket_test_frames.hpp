#pragma once

#include "transport/websocket_frame.hpp"

#include <string>
#include <string_view>

namespace quickclinic::transport {

/// For tests: how a client would send `payload`, right or wrong.
struct ClientFrame {
  Opcode opcode = Opcode::text;
  std::string_view payload = {};
  bool final = true;
  bool masked = true;
  unsigned reserved = 0;  ///< the three bits, as a number
  MaskKey mask = {'\x37', '\xfa', '\x21', '\x3d'};
};

inline std::string encode(const ClientFrame& frame) {
  std::string bytes;
  const auto put = [&](unsigned long value) { bytes += static_cast<char>(value & 0xFF); };
  const std::size_t size = frame.payload.size();
  const unsigned mask_bit = frame.masked ? 0x80 : 0;
  put((frame.final ? 0x80U : 0U) | frame.reserved << 4 | static_cast<unsigned>(frame.opcode));
  if (size < 126) {
    put(mask_bit | size);
  } else {
    const int length_bytes = size <= 0xFFFF ? 2 : 8;
    put(mask_bit | (length_bytes == 2 ? 126U : 127U));
    for (int i = length_bytes - 1; i >= 0; --i) put(size >> (8 * i));
  }
  if (frame.masked) bytes.append(frame.mask.data(), frame.mask.size());
  for (std::size_t i = 0; i < size; ++i) {
    bytes +=
        static_cast<char>(frame.masked ? frame.payload[i] ^ frame.mask[i % 4] : frame.payload[i]);
  }
  return bytes;
}

}  // namespace quickclinic::transport
