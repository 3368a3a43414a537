#include "socketio/decoder.hpp"

#include "socketio/error.hpp"

#include <gtest/gtest.h>

namespace quickclinic::socketio {
namespace {

std::string refused(std::string_view message) {
  Decoder decoder;
  const auto packet = decoder.text(message);
  return packet ? "accepted" : packet.error().code.message();
}

TEST(DecoderText, TakesTheNameOffAnEvent) {
  Decoder decoder;

  const Packet packet = decoder.text(R"(2/a,7["hi",1,{"x":null}])").value().value();

  EXPECT_EQ(packet.event, "hi");
  EXPECT_EQ(packet.nsp, "/a");
  EXPECT_EQ(packet.id, 7U);
  EXPECT_EQ(json::to_text(packet.payload), R"([1,{"x":null}])");
}

TEST(DecoderText, KeepsTheValueInTheStorageItWasGiven) {
  json::Arena arena;
  const json::Storage storage(&arena);
  Decoder decoder;

  const auto packet =
      decoder.text(R"(2["hi",{"x":"a text long enough to be allocated somewhere"}])", storage);

  EXPECT_EQ(*(*packet)->payload.storage().get(), *storage.get());
}

TEST(DecoderText, AllowsNumbersAsEventNames) {
  Decoder decoder;

  EXPECT_EQ(decoder.text("2[5]").value()->event, "5");
}

TEST(DecoderText, RefusesWhatEachTypeMayNotCarry) {
  for (const char* message :
       {"2", "2{}", "2abc[]", "2[]", "2[{\"toString\":\"x\"}]", "2[null]", "2[[\"a\"]]", "0[]",
        "0\"x\"", "1[]", "3[]", "37{}", "2[\"a\"", "2[\"a\"]x", "0{", "2[\"\xFF\"]"}) {
    EXPECT_EQ(refused(message), "malformed packet payload") << message;
  }
  EXPECT_EQ(refused("4{\"message\":\"x\"}"), "unknown packet type");
  for (const char* name :
       {"connect", "disconnect", "connect_error", "disconnecting", "newListener"}) {
    EXPECT_EQ(refused("2[\"" + std::string(name) + "\"]"), "reserved event name");
  }
  EXPECT_EQ(refused("2[\"error\"]"), "accepted");
}

TEST(DecoderText, RefusesDepthWithoutRecursion) {
  EXPECT_EQ(refused("2[\"a\"," + std::string(100000, '[')), "malformed packet payload");
}

TEST(DecoderText, MarksALoneSurrogate) {
  Decoder decoder;

  EXPECT_EQ(decoder.text(R"(2["a","\ud800"])").value()->flaw, Flaw::lone_surrogate);
  EXPECT_EQ(decoder.text(R"(2["a","\ud83d\ude00"])").value()->flaw, Flaw::none);
}

TEST(DecoderBinary, GathersAttachmentsInOrder) {
  Decoder decoder;
  const auto head =
      decoder.text(R"(52-["b",{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}])");
  ASSERT_TRUE(head);
  EXPECT_FALSE(*head);

  EXPECT_FALSE(decoder.binary("first").value());
  const Packet packet = decoder.binary("second").value().value();

  EXPECT_EQ(packet.type, PacketType::event);
  EXPECT_EQ(packet.attachments, (std::vector<std::string>{"first", "second"}));
}

TEST(DecoderBinary, RefusesDataThatNobodyAnnounced) {
  Decoder decoder;

  EXPECT_EQ(decoder.binary("x").error().code, make_error_code(SocketError::unexpected_attachment));
}

TEST(DecoderBinary, RefusesTextWhileDataIsOwed) {
  Decoder decoder;
  ASSERT_TRUE(decoder.text(R"(51-["b",{"_placeholder":true,"num":0}])"));

  EXPECT_EQ(decoder.text(R"(2["a"])").error().code,
            make_error_code(SocketError::missing_attachment));
}

TEST(DecoderBinary, RefusesPlaceholdersWithoutTheirData) {
  for (const char* number : {"1", "-1", "\"splice\"", "0.5", "1e9", "null"}) {
    EXPECT_EQ(refused(R"(51-["b",{"_placeholder":true,"num":)" + std::string(number) + "}]"),
              "missing binary data");
  }
}

TEST(DecoderBinary, BoundsTheBytesOfOnePacket) {
  Decoder decoder;
  ASSERT_TRUE(decoder.text(R"(52-["b",{"_placeholder":true,"num":0}])"));
  ASSERT_TRUE(decoder.binary(std::string(Decoder::attachment_bytes_max, 'x')));

  EXPECT_FALSE(decoder.binary("x"));
}

TEST(DecoderOversized, FindsTheEventAndItsAckId) {
  const Decoder decoder;

  const Packet packet = decoder.oversized(R"(2/a,12["send_message",{"text":"xxxx)").value();

  EXPECT_EQ(packet.event, "send_message");
  EXPECT_EQ(packet.id, 12U);
  EXPECT_EQ(packet.flaw, Flaw::oversized);
  EXPECT_FALSE(decoder.oversized("2{\"x"));
  EXPECT_FALSE(decoder.oversized("0{\"token\":\"xxxxxxx"));
  EXPECT_FALSE(decoder.oversized("2[\"endless"));
}

TEST(DecoderOversized, RefusesNamesThatNoEventOfOrdinarySizeCouldHave) {
  const Decoder decoder;

  EXPECT_EQ(decoder.oversized("2[\"disconnect\",\"xxx").error().code,
            make_error_code(SocketError::reserved_event));
  for (const char* text : {"2[\"\xFF\",\"xxx", "2[\"a\nb\",\"xxx", "2[\"a\\\"b\",\"xxx"}) {
    const auto refused = decoder.oversized(text);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().code, make_error_code(SocketError::bad_payload)) << text;
  }
}

}  // namespace
}  // namespace quickclinic::socketio
