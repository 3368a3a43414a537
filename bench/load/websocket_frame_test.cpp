#include "load/websocket_frame.hpp"

#include <gtest/gtest.h>

namespace quickclinic::load {
namespace {

using State = FrameScan::State;

std::string server_frame(std::size_t payload_bytes) {
  std::string frame = "\x81";
  if (payload_bytes < 126) {
    frame.push_back(static_cast<char>(payload_bytes));
  } else if (payload_bytes <= 0xffff) {
    frame.push_back(126);
    frame.push_back(static_cast<char>(payload_bytes >> 8U));
    frame.push_back(static_cast<char>(payload_bytes & 0xffU));
  } else {
    frame.push_back(127);
    for (int shift = 56; shift >= 0; shift -= 8) {
      frame.push_back(static_cast<char>(payload_bytes >> static_cast<unsigned>(shift)));
    }
  }
  return frame.append(payload_bytes, 'x');
}

std::string unmasked(std::string_view frame, std::size_t header_bytes) {
  const std::string_view mask = frame.substr(header_bytes, 4);
  std::string payload(frame.substr(header_bytes + 4));
  for (std::size_t i = 0; i < payload.size(); ++i) {
    payload[i] = static_cast<char>(payload[i] ^ mask[i % 4]);
  }
  return payload;
}

TEST(ClientFrame, IsFinalAndMasked) {
  std::string frame;

  append_client_frame(frame, Opcode::text, "42[\"echo\"]");

  EXPECT_EQ(frame.substr(0, 2), "\x81\x8a");
  EXPECT_NE(frame.substr(6), "42[\"echo\"]");
  EXPECT_EQ(unmasked(frame, 2), "42[\"echo\"]");
}

TEST(ClientFrame, TakesTheLengthFormThatFits) {
  std::string medium;
  std::string large;

  append_client_frame(medium, Opcode::text, std::string(126, 'x'));
  append_client_frame(large, Opcode::text, std::string(65536, 'x'));

  EXPECT_EQ(medium.substr(0, 4), std::string_view("\x81\xfe\x00\x7e", 4));
  EXPECT_EQ(unmasked(medium, 4), std::string(126, 'x'));
  EXPECT_EQ(large.substr(0, 10), std::string_view("\x81\xff\x00\x00\x00\x00\x00\x01\x00\x00", 10));
  EXPECT_EQ(unmasked(large, 10), std::string(65536, 'x'));
}

TEST(ServerFrameScan, FindsEachLengthForm) {
  for (const std::size_t payload_bytes : {0U, 1U, 125U, 126U, 65535U, 65536U}) {
    const std::string frame = server_frame(payload_bytes) + "next";

    const FrameScan scan = scan_server_frame(frame);

    EXPECT_EQ(scan.state, State::whole);
    EXPECT_EQ(scan.payload, std::string(payload_bytes, 'x'));
    EXPECT_EQ(scan.size, frame.size() - 4);
  }
}

TEST(ServerFrameScan, WaitsForTheLastByteOfEveryFrame) {
  for (const std::size_t payload_bytes : {3U, 126U, 65536U}) {
    const std::string frame = server_frame(payload_bytes);

    for (const std::size_t cut :
         {std::size_t{0}, std::size_t{1}, std::size_t{2}, frame.size() - 1}) {
      EXPECT_EQ(scan_server_frame(std::string_view(frame).substr(0, cut)).state, State::partial);
    }
  }
}

TEST(ServerFrameScan, SaysWhetherAContinuationFollows) {
  const FrameScan scan = scan_server_frame(std::string_view("\x01\x01x", 3));

  EXPECT_EQ(scan.state, State::whole);
  EXPECT_FALSE(scan.final);
}

TEST(ServerFrameScan, RefusesWhatNoServerMaySend) {
  EXPECT_EQ(scan_server_frame(std::string_view("\x81\x81....x", 7)).state, State::bad);  // masked
  EXPECT_EQ(scan_server_frame(std::string_view("\xc1\x01x", 3)).state, State::bad);  // reserved bit
  EXPECT_EQ(scan_server_frame(std::string_view("\x83\x01x", 3)).state,
            State::bad);  // reserved opcode
}

TEST(ServerFrameScan, SurvivesALengthNearTheEndOfTheNumberLine) {
  const std::string_view frame("\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff", 10);

  EXPECT_EQ(scan_server_frame(frame).state, State::partial);
}

}  // namespace
}  // namespace quickclinic::load
