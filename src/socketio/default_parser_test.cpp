#include "socketio/default_parser.hpp"

#include <gtest/gtest.h>

namespace quickclinic::socketio {
namespace {

const Arguments one_attachment{json::parse(R"([{"_placeholder":true,"num":0}])").value().as_array(),
                               {"\x01\x02"}};

TEST(DefaultParserEncode, WritesWholeWireStrings) {
  const Parser& parser = default_parser();
  const json::Value data = json::parse("{\"code\":1}").value();

  EXPECT_EQ(parser.event_text({"/", "hi"}, "1,\"x\"")[0]->packet(), "42[\"hi\",1,\"x\"]");
  EXPECT_EQ(parser.event_text({"/a", "hi", 3}, "")[0]->packet(), "42/a,3[\"hi\"]");
  EXPECT_EQ(parser.event({"/", "hi"}, {json::Array{1, "x"}, {}})[0]->packet(),
            "42[\"hi\",1,\"x\"]");
  EXPECT_EQ(parser.ack_text("/a", 7, "[1]")[0]->packet(), "43/a,7[1]");
  EXPECT_EQ(parser.ack("/", 7, {json::Array{1, true}, {}})[0]->packet(), "437[1,true]");
  EXPECT_EQ(parser.connect("/", "id", "")->packet(), "40{\"sid\":\"id\"}");
  EXPECT_EQ(parser.connect("/", "id", "p")->packet(), "40{\"sid\":\"id\",\"pid\":\"p\"}");
  EXPECT_EQ(parser.connect_error("/a", "no", {})->packet(), "44/a,{\"message\":\"no\"}");
  EXPECT_EQ(parser.connect_error("/", "no", data)->packet(),
            "44{\"message\":\"no\",\"data\":{\"code\":1}}");
  EXPECT_EQ(parser.disconnect("/a")->packet(), "41/a,");
}

TEST(DefaultParserEncode, SendsAttachmentsAfterTheirPacket) {
  const Frames frames = default_parser().event({"/", "b", 5}, one_attachment);

  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(frames[0]->packet(), R"(451-5["b",{"_placeholder":true,"num":0}])");
  EXPECT_TRUE(frames[1]->is_binary());
  EXPECT_EQ(default_parser().ack("/", 5, one_attachment)[0]->packet(),
            R"(461-5[{"_placeholder":true,"num":0}])");
}

TEST(DefaultParserEncode, PutsTheOffsetBehindTheArguments) {
  EXPECT_EQ(default_parser().event_text({.nsp = "/", .name = "x", .offset = "o"}, "1")[0]->packet(),
            R"(42["x",1,"o"])");
  EXPECT_EQ(default_parser().event({.nsp = "/", .name = "x", .offset = "o"}, {})[0]->packet(),
            R"(42["x","o"])");
}

TEST(DefaultParserEncode, TellsTheTransportWhatNotToCompress) {
  for (const bool compress : {true, false}) {
    const EventHead head{.nsp = "/", .name = "b", .compress = compress};
    for (const auto& frame : default_parser().event(head, one_attachment))
      EXPECT_EQ(frame->compressible(), compress);
    EXPECT_EQ(default_parser().event_text(head, "1")[0]->compressible(), compress);
  }
}

TEST(DefaultParserRead, GivesBackWhatWasEncoded) {
  const Frames frames = default_parser().event({"/a", "b", 5}, one_attachment);

  const Packet packet = default_parser().read(frames).value();

  EXPECT_EQ(packet.event, "b");
  EXPECT_EQ(packet.nsp, "/a");
  EXPECT_EQ(packet.attachments, one_attachment.attachments);
  EXPECT_EQ(packet.payload, one_attachment.values);
}

}  // namespace
}  // namespace quickclinic::socketio
