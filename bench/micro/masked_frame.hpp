#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace quickclinic::bench {

/// A small text frame as a client sends it (RFC 6455, section 5.2). `payload` below 126 bytes.
inline std::string masked_frame(std::string_view payload) {
  constexpr std::string_view key = "\x12\x34\x56\x78";
  std::string frame = "\x81";
  frame += static_cast<char>(0x80U | payload.size());
  frame += key;
  for (std::size_t i = 0; i < payload.size(); ++i) {
    frame += static_cast<char>(payload[i] ^ key[i % key.size()]);
  }
  return frame;
}

}  // namespace quickclinic::bench
