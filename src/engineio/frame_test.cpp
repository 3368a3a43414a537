#include "engineio/frame.hpp"

#include <gtest/gtest.h>

namespace quickclinic::engineio {
namespace {

std::string_view bytes(const char* text, std::size_t size) { return {text, size}; }

TEST(FrameWebSocket, CarriesTheShortestLengthBeforeThePacket) {
  EXPECT_EQ(Frame::text("4hi")->websocket(), bytes("\x81\x03"
                                                   "4hi",
                                                   5));
  EXPECT_EQ(Frame::text(std::string(125, 'x'))->websocket().substr(0, 2), bytes("\x81\x7D", 2));
  EXPECT_EQ(Frame::text(std::string(126, 'x'))->websocket().substr(0, 4),
            bytes("\x81\x7E\x00\x7E", 4));
  EXPECT_EQ(Frame::text(std::string(65536, 'x'))->websocket().substr(0, 10),
            bytes("\x81\x7F\x00\x00\x00\x00\x00\x01\x00\x00", 10));
}

TEST(FrameBinary, HasItsOpcodeAndBareBytes) {
  const FramePtr frame = Frame::binary(bytes("\x00\x01", 2));

  EXPECT_TRUE(frame->is_binary());
  EXPECT_EQ(frame->websocket(), bytes("\x82\x02\x00\x01", 4));
  EXPECT_EQ(frame->packet(), bytes("\x00\x01", 2));
}

TEST(FrameDeflated, HasTheFirstReservedBit) {
  EXPECT_EQ(Frame::deflated("ab", false)->websocket(), bytes("\xC1\x02"
                                                             "ab",
                                                             4));
  EXPECT_EQ(Frame::deflated("ab", true)->websocket(), bytes("\xC2\x02"
                                                            "ab",
                                                            4));
}

TEST(FrameCompression, IsAllowedUnlessRefused) {
  EXPECT_TRUE(Frame::text("4a")->compressible());
  EXPECT_FALSE(Frame::text("4a", false)->compressible());
  EXPECT_FALSE(Frame::binary("a", false)->compressible());
  EXPECT_FALSE(FrameBuilder().finish(false)->compressible());
}

TEST(FrameBuilder, WritesThePacketInPlace) {
  FrameBuilder builder;
  builder.out() += "42";
  builder.out() += "[\"a\"]";

  EXPECT_EQ(builder.finish()->packet(), "42[\"a\"]");
}

}  // namespace
}  // namespace quickclinic::engineio
