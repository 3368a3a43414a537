#include "engineio/payload_v3.hpp"

#include "engineio/error.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace quickclinic::engineio {
namespace {

using namespace std::string_literals;
using Form = PayloadReaderV3::Form;

// The packets joined by '|', binary ones in '<>'; `refused` at the first that is none.
std::string read(std::string_view body, Form form = Form::text) {
  PayloadReaderV3 reader(body, form);
  std::string all;
  while (true) {
    const auto packet = reader.next();
    if (!packet) return all + (packet.error().code == EngineError::bad_payload ? "refused" : "?");
    if (!*packet) return all;
    const std::string data((*packet)->data);
    all += ((*packet)->binary ? "<" + data + ">" : data) + "|";
  }
}

TEST(PayloadV3Reader, ReadsTextWithItsLength) {
  EXPECT_EQ(read("6:4hello"), "4hello|");
  EXPECT_EQ(read("6:4test16:4test21:2"), "4test1|4test2|2|");
}

TEST(PayloadV3Reader, CountsAsJavaScriptDoes) {
  EXPECT_EQ(read("3:4é€2:4x"), "4é€|4x|");
  EXPECT_EQ(read("3:4😀1:2"), "4😀|2|");
}

TEST(PayloadV3Reader, ReadsBase64WithItsType) {
  EXPECT_EQ(read("6:4hello10:b4AQIDBA=="), "4hello|<\x04\x01\x02\x03\x04>|");
}

TEST(PayloadV3Reader, ReadsBytes) {
  EXPECT_EQ(read("\0\6\xff"s + "4hello" + "\1\5\xff\4\1\2\3\4"s, Form::bytes),
            "4hello|<\4\1\2\3\4>|");
  EXPECT_EQ(read("\0\1\1\xff"s +
                     "4é12345678"
                     "\0\1\xff"s +
                     "2",
                 Form::bytes),
            "4é12345678|2|");
  EXPECT_EQ(read("\0\x08\xff"s + "b4AQIDBA", Form::bytes), "refused");
  EXPECT_EQ(read("\0\1\0\xff"s + "b4AQIDBA==", Form::bytes), "<\4\1\2\3\4>|");
}

TEST(PayloadV3Reader, RefusesWhatIsNoPayload) {
  for (const std::string_view body :
       {"", "abc", "4hello", ":", ":4", "0:", "-1:4", "1e0:4", "2:4", "9999999999:4",
        "4294967298:4x", "2:4😀", "9:b4AQIDBA=", "2:b9", "1:b", "1:4x", "1"}) {
    EXPECT_TRUE(read(body).ends_with("refused")) << body;
  }
}

TEST(PayloadV3Reader, RefusesBytesThatAreNoPayload) {
  for (const std::string& body : {""s,
                                  "\2\1\xff"
                                  "4"s,
                                  "\0\xff"s, "\0\1\xff"s,
                                  "\0\12\xff"
                                  "4"s,
                                  "\0\1"s, "\1\0\xff"s,
                                  "\0\0\0\0\0\0\0\0\0\0\0\0\1\xff"
                                  "4"s,
                                  "0\1\xff"
                                  "4"s}) {
    EXPECT_EQ(read(body, Form::bytes), "refused");
  }
}

TEST(PayloadV3, IsTextAsLongAsNothingIsBinary) {
  const std::vector frames = {Frame::text("4é😀"), Frame::text("6")};

  const std::string body = encode_payload_v3(frames, false);

  EXPECT_EQ(body, "4:4é😀1:6");
  EXPECT_FALSE(is_payload_of_bytes(body));
}

TEST(PayloadV3, IsBytesForAClientThatTakesThem) {
  const std::vector frames = {Frame::text("4é"), Frame::binary("\1\2\3\4")};

  const std::string body = encode_payload_v3(frames, false);

  EXPECT_EQ(body, "\0\3\xff"s + "4é" + "\1\5\xff\4\1\2\3\4"s);
  EXPECT_TRUE(is_payload_of_bytes(body));
}

TEST(PayloadV3, IsBase64ForAnyOther) {
  const std::vector frames = {Frame::text("4hello"), Frame::binary("\1\2\3\4")};

  EXPECT_EQ(encode_payload_v3(frames, true), "6:4hello10:b4AQIDBA==");
}

TEST(PayloadV3, IsNeverLongerThanAnnounced) {
  for (const FramePtr& frame : {Frame::text("6"), Frame::text("4é😀"), Frame::binary(""),
                                Frame::binary(std::string(100'000, 'x'))}) {
    for (const bool base64 : {false, true}) {
      EXPECT_LE(encode_payload_v3(std::vector{frame}, base64).size(), payload_bytes_v3(*frame));
    }
  }
}

TEST(FrameV3, HasTheTypeInFrontOfBinaryMessages) {
  const FramePtr text = Frame::text("4a");

  EXPECT_EQ(to_v3(text, false), text);
  EXPECT_EQ(to_v3(Frame::binary("\1\2"), false)->packet(), "\4\1\2");
  EXPECT_TRUE(to_v3(Frame::binary("\1\2"), false)->is_binary());
  EXPECT_EQ(to_v3(Frame::binary("\1\2\3\4"), true)->packet(), "b4AQIDBA==");
  EXPECT_FALSE(to_v3(Frame::binary("\1\2", false), false)->compressible());
  EXPECT_FALSE(to_v3(Frame::binary("\1\2", false), true)->compressible());
  EXPECT_FALSE(to_v3(Frame::binary("\1\2\3\4"), true)->is_binary());
}

}  // namespace
}  // namespace quickclinic::engineio
