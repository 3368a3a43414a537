#include "load/websocket_frame.hpp"

#include <array>

namespace quickclinic::load {

namespace {

constexpr std::array<unsigned char, 4> mask = {0x5b, 0xc3, 0x17, 0xa8};

unsigned byte_at(std::string_view bytes, std::size_t index) {
  return static_cast<unsigned char>(bytes[index]);
}

bool known(unsigned opcode) { return opcode <= 0x2 || (opcode >= 0x8 && opcode <= 0xa); }

}  // namespace

void append_client_frame(std::string& out, Opcode opcode, std::string_view payload) {
  const std::size_t size = payload.size();
  out.push_back(static_cast<char>(0x80U | static_cast<unsigned>(opcode)));
  int length_bytes = 0;
  if (size < 126) {
    out.push_back(static_cast<char>(0x80U | size));
  } else if (size <= 0xffff) {
    out.push_back(static_cast<char>(0x80U | 126U));
    length_bytes = 2;
  } else {
    out.push_back(static_cast<char>(0x80U | 127U));
    length_bytes = 8;
  }
  for (int shift = (length_bytes - 1) * 8; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>((size >> static_cast<unsigned>(shift)) & 0xffU));
  }
  for (const unsigned char byte : mask) {
    out.push_back(static_cast<char>(byte));
  }
  for (std::size_t i = 0; i < size; ++i) {
    out.push_back(static_cast<char>(byte_at(payload, i) ^ mask[i % mask.size()]));
  }
}

FrameScan scan_server_frame(std::string_view bytes) noexcept {
  FrameScan scan;
  if (bytes.size() < 2) {
    return scan;
  }
  const unsigned first = byte_at(bytes, 0);
  const unsigned second = byte_at(bytes, 1);
  if ((first & 0x70U) != 0 || (second & 0x80U) != 0 || !known(first & 0x0fU)) {
    scan.state = FrameScan::State::bad;
    return scan;
  }
  std::uint64_t length = second;
  const std::size_t length_bytes = length == 126 ? 2 : length == 127 ? 8 : 0;
  const std::size_t header = 2 + length_bytes;
  if (bytes.size() < header) {
    return scan;
  }
  if (length_bytes > 0) {
    length = 0;
    for (std::size_t i = 2; i < header; ++i) {
      length = length << 8U | byte_at(bytes, i);
    }
  }
  if (length > bytes.size() - header) {
    return scan;
  }
  scan.state = FrameScan::State::whole;
  scan.opcode = static_cast<Opcode>(first & 0x0fU);
  scan.final = (first & 0x80U) != 0;
  scan.payload = bytes.substr(header, static_cast<std::size_t>(length));
  scan.size = header + scan.payload.size();
  return scan;
}

}  // namespace quickclinic::load
