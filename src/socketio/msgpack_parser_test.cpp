#include "socketio/msgpack_parser.hpp"

#include "socketio/msgpack.hpp"
#include "tests/support/wire_client.hpp"

#include <gtest/gtest.h>

namespace quickclinic::socketio {
namespace {

using namespace std::string_literals;
using testing::ManualShard;
using testing::WireClient;

// MessagePack in words: `{"a":1}` is map of one, string of one, 1.
const std::string connect_packet = "\x82\xA4type\x00\xA3nsp\xA1/"s;

std::string shown(std::string_view bytes) {
  const auto content = msgpack::read(bytes);
  if (!content) return "refused";
  std::string text = json::to_text(content->value);
  for (const std::string& attachment : content->attachments) text += " <" + attachment + ">";
  return text;
}

TEST(MsgpackRead, KnowsEveryForm) {
  EXPECT_EQ(shown("\xC0"), "null");
  EXPECT_EQ(shown("\xC2"), "false");
  EXPECT_EQ(shown("\x05"), "5");
  EXPECT_EQ(shown("\xFF"), "-1");
  EXPECT_EQ(shown("\xCD\x01\x00"s), "256");
  EXPECT_EQ(shown("\xD3\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFE"s), "-2");
  EXPECT_EQ(shown("\xCB\x3F\xF8\x00\x00\x00\x00\x00\x00"s), "1.5");
  EXPECT_EQ(shown("\xCB\x7F\xF8\x00\x00\x00\x00\x00\x00"s), "null");  // NaN, as in JSON
  EXPECT_EQ(shown("\xA3\xE2\x82\xAC"), "\"€\"");
  EXPECT_EQ(shown("\x92\x01\xA1x"), "[1,\"x\"]");
  EXPECT_EQ(shown("\x81\xA1"s + "a\x90"), "{\"a\":[]}");
  EXPECT_EQ(shown("\xC4\x02\x01\x02"), "{\"_placeholder\":true,\"num\":0} <\x01\x02>");
}

TEST(MsgpackRead, KnowsWhatJavaScriptHasBeside) {
  EXPECT_EQ(shown("\xD4\x00\x00"s), "null");  // undefined
  EXPECT_EQ(shown("\xD7\x00\x00\x00\x01\x9B\x7C\xA9\x8C\xCE"s), "\"2026-01-02T03:04:05.070Z\"");
  EXPECT_EQ(shown("\xD7\x00\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s), "null");  // no year has so many
  EXPECT_EQ(shown("\xC7\x08\x00"s + "12345678"), R"({"_placeholder":true,"num":0} <12345678>)");
  EXPECT_EQ(shown("\xC7\x01\x00"s + "1"), R"({"_placeholder":true,"num":0} <1>)");
}

TEST(MsgpackRead, RefusesEachMalformedPart) {
  const std::string deep(33, '\x91');
  for (const std::string& bytes :
       {""s, "\xC1"s, "\x92\x01"s, "\x05\x05"s, "\xDD\xFF\xFF\xFF\xFF\x01"s, "\xA2\xC3\x28"s,
        "\x81\x01\x02"s, "\x81\xA1\xFF\x01"s, "\xC6\xFF\xFF\xFF\xFF\x01"s, "\xD4\x05\x00"s,
        "\xD6\xFF\x00\x00\x00\x00"s, deep + "\x01", std::string(100'000, '\x91')}) {
    EXPECT_EQ(shown(bytes), "refused") << bytes.substr(0, 8).size();
  }
  EXPECT_NE(shown(deep.substr(1) + "\x01"), "refused");
}

TEST(MsgpackRead, KeepsToItsBounds) {
  const auto read = [](std::string_view bytes) {
    return msgpack::read(bytes, {.depth_max = 2, .attachments_max = 1}).has_value();
  };

  EXPECT_TRUE(read("\x91\x91\x01"));
  EXPECT_FALSE(read("\x91\x91\x91\x01"));
  EXPECT_TRUE(read("\x91\xC4\x00"s));
  EXPECT_FALSE(read("\x92\xC4\x00\xC4\x00"s));
}

TEST(MsgpackWrite, GivesBackWhatWasRead) {
  for (const std::string& bytes :
       {"\xC0"s, "\x05"s, "\xFF"s, "\xCD\x01\x00"s, "\xA3\xE2\x82\xAC"s, "\x92\x01\xA1x"s,
        "\x81\xA1"s + "a\x90", "\x91\xC4\x02\x01\x02"s, "\xCF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s}) {
    const auto content = msgpack::read(bytes).value();
    EXPECT_EQ(msgpack::write(content.value, content.attachments), bytes);
  }
}

socketio::Settings with_msgpack() {
  socketio::Settings settings;
  settings.parser = std::make_shared<MsgpackParser>();
  return settings;
}

class MsgpackClient : public ::testing::Test {
 protected:
  MsgpackClient() {
    shard.server.of("/").on("ask", [](Socket&, Event& event) {
      event.ack.send(Arguments{event.arguments, event.attachments});
    });
    shard.server.of("/").on_connection([this](Socket& joined) { socket = &joined; });
  }
  // What was sent, as JSON.
  static std::string heard(WireClient& client) {
    std::string all;
    for (const std::string& frame : client.heard())
      all += shown(std::string_view(frame).substr(1, frame.size() - 2));
    return all;
  }

  ManualShard shard{with_msgpack()};
  Socket* socket = nullptr;
};

TEST_F(MsgpackClient, JoinsAndIsAnswered) {
  WireClient client(shard);

  client.say_binary(connect_packet);
  EXPECT_EQ(heard(client), R"({"type":0,"nsp":"/","data":{"sid":")" + socket->id().text() + "\"}}");
  client.say_binary("\x84\xA4type\x02\xA3nsp\xA1/\xA4"s + "data\x93\xA3" + "ask\x01\xC4\x01z" +
                    "\xA2id\x07");

  EXPECT_EQ(heard(client),
            R"({"type":3,"nsp":"/","data":[1,{"_placeholder":true,"num":0}],"id":7} <z>)");
}

TEST_F(MsgpackClient, HearsEventsRefusalsAndGoodbyes) {
  WireClient client(shard);
  client.say_binary(connect_packet);
  heard(client);

  socket->emit_text("news", "1,{\"a\":[]}");
  socket->emit("bytes", {json::Array{json::Object{{"_placeholder", true}, {"num", 0}}}, {"\x02"}});
  EXPECT_EQ(heard(client), R"({"type":2,"nsp":"/","data":["news",1,{"a":[]}]})"
                           R"({"type":2,"nsp":"/","data":["bytes",{"_placeholder":true,"num":0}]})"
                           " <\x02>");
  socket->disconnect();
  client.say_binary("\x82\xA4type\x00\xA3nsp\xA3/no"s);

  EXPECT_EQ(heard(client), R"({"type":1,"nsp":"/"})"
                           R"({"type":4,"nsp":"/no","data":{"message":"Invalid namespace"}})");
}

TEST_F(MsgpackClient, IsClosedWhenItBreaksTheProtocol) {
  for (const std::string& packet :
       {"\x01"s, "\x80"s, "\x82\xA4type\x07\xA3nsp\xA1/"s, "\x82\xA4type\x00\xA3nsp\xA1x"s,
        "\x82\xA4type\x04\xA3nsp\xA1/"s, "\x82\xA4type\x02\xA3nsp\xA1/"s,
        "\x83\xA4type\x02\xA3nsp\xA1/\xA4"s + "data\x90",
        "\x84\xA4type\x02\xA3nsp\xA1/\xA4"s + "data\x91\xA1x\xA2id\xFF"}) {
    WireClient client(shard);
    client.say_binary(connect_packet);
    EXPECT_TRUE(client.open());
    client.say_binary(packet);
    EXPECT_FALSE(client.open()) << packet;
  }
  WireClient text(shard);
  text.say("0");
  EXPECT_FALSE(text.open());
}

}  // namespace
}  // namespace quickclinic::socketio
