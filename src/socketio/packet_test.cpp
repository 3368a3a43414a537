#include "socketio/packet.hpp"

#include "socketio/error.hpp"

#include <gtest/gtest.h>

namespace quickclinic::socketio {
namespace {

std::string shown(std::string_view packet) {
  const auto head = parse_head(packet);
  if (!head) return head.error().code.message();
  return std::to_string(static_cast<int>(head->type)) + " " + std::to_string(head->attachments) +
         " " + std::string(head->nsp) + " " + (head->id ? std::to_string(*head->id) : "-") + " " +
         std::string(head->payload);
}

TEST(PacketHead, ReadsEveryShapeOfTheProtocol) {
  EXPECT_EQ(shown("0"), "0 0 / - ");
  EXPECT_EQ(shown("0/admin,{\"token\":1}"), "0 0 /admin - {\"token\":1}");
  EXPECT_EQ(shown("0/admin"), "0 0 /admin - ");
  EXPECT_EQ(shown("0/admin?x=1,{}"), "0 0 /admin - {}");
  EXPECT_EQ(shown("2[\"hi\"]"), "2 0 / - [\"hi\"]");
  EXPECT_EQ(shown("2/a,456[\"hi\",1]"), "2 0 /a 456 [\"hi\",1]");
  EXPECT_EQ(shown("52-/a,7[\"x\"]"), "5 2 /a 7 [\"x\"]");
  EXPECT_EQ(shown("3/a,12[]"), "3 0 /a 12 []");
}

TEST(PacketHead, RefusesEachMalformedPart) {
  EXPECT_EQ(shown(""), "unknown packet type");
  EXPECT_EQ(shown("7"), "unknown packet type");
  EXPECT_EQ(shown("x"), "unknown packet type");
  EXPECT_EQ(shown("5[\"a\"]"), "malformed attachment count");
  EXPECT_EQ(shown("50-[\"a\"]"), "malformed attachment count");
  EXPECT_EQ(shown("511-[\"a\"]"), "malformed attachment count");
  EXPECT_EQ(shown("51[\"a\"]"), "malformed attachment count");
  EXPECT_EQ(shown("5" + std::string(1000000, '9') + "-"), "malformed attachment count");
  EXPECT_EQ(shown("2" + std::string(1000000, '9')), "malformed ack id");
  EXPECT_EQ(shown("2/" + std::string(256, 'n') + ",[]"), "malformed namespace");
  EXPECT_EQ(shown("0/\xFF,"), "malformed namespace");
}

TEST(PacketHead, MeetsItsLimits) {
  EXPECT_EQ(shown("510-[]"), "5 10 / - []");
  EXPECT_EQ(shown("2999999999999999[]"), "2 0 / 999999999999999 []");
  EXPECT_EQ(shown("2/" + std::string(255, 'n') + ",[]").substr(0, 6), "2 0 /n");
}

}  // namespace
}  // namespace quickclinic::socketio
