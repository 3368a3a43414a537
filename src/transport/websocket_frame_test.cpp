#include "transport/websocket_frame.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace quickclinic::transport {
namespace {

using namespace std::string_literals;

TEST(WebSocketMask, GivesTheSameInPiecesOfAnySize) {
  std::mt19937 random(1);
  const MaskKey mask = {1, '\x80', 3, '\xff'};
  std::string original(100, '\0');
  for (char& c : original) c = static_cast<char>(random());
  std::string plain = original;
  for (std::size_t i = 0; i < plain.size(); ++i)
    plain[i] = static_cast<char>(plain[i] ^ mask[i % 4]);

  for (std::size_t piece = 1; piece <= original.size(); ++piece) {
    std::string bytes = original;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      const std::size_t size = std::min(piece, bytes.size() - at);
      apply_mask(std::span(bytes).subspan(at, size), mask, at);
    }
    EXPECT_EQ(bytes, plain) << piece;
  }
}

TEST(WebSocketControlFrame, IsWrittenUnmasked) {
  EXPECT_EQ(pong_frame("Hello"), "\x8a\x05Hello");
  EXPECT_EQ(ping_frame(""), "\x89\x00"s);
  EXPECT_EQ(close_frame(1000), "\x88\x02\x03\xe8"s);
  EXPECT_EQ(close_frame(1009, "too big"), "\x88\x09\x03\xf1too big"s);
}

TEST(WebSocketControlFrame, NeverPassesItsLimit) {
  const std::string characters = "x" + std::string(60, 'y') + "zéééééééééééééééééééééééééééééééé";

  const std::string frame = close_frame(1000, characters);

  EXPECT_EQ(frame.size(), 2 + 2 + 122U);  // the 123rd byte would be half of a character
  EXPECT_EQ(frame[1], 124);
  EXPECT_EQ(pong_frame(std::string(200, 'p')).size(), 2 + 125U);
}

TEST(WebSocketCloseCode, IsValidWhereTheRegistrySaysSo) {
  for (const int code : {1000, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 4999}) {
    EXPECT_TRUE(is_valid_close_code(static_cast<std::uint16_t>(code))) << code;
  }
  for (const int code : {0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535}) {
    EXPECT_FALSE(is_valid_close_code(static_cast<std::uint16_t>(code))) << code;
  }
}

}  // namespace
}  // namespace quickclinic::transport
