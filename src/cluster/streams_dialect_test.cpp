#include "cluster/streams_dialect.hpp"

#include "base/base64.hpp"
#include "cluster/test_messages.hpp"

#include <gtest/gtest.h>

namespace quickclinic::cluster {
namespace {

using testing::bytes;
using testing::first_attachment;
using testing::hex;
using testing::shown;
using testing::to;

const StreamsDialect ours({}, "43fce116ebda17ba");

std::string read(std::string type, std::string data, std::string nsp = "/",
                 std::string sender = "u") {
  const auto read = StreamsDialect::read_entry({{"uid", std::move(sender)},
                                                {"nsp", std::move(nsp)},
                                                {"type", std::move(type)},
                                                {"data", std::move(data)}});
  return read ? shown(*read) : "refused";
}

constexpr const char* to_room =
    R"({"packet":{"type":2,"data":["hi","x"]},"opts":{"rooms":["r1"],"except":[],"flags":{}}})";
constexpr const char* join = R"({"opts":{"rooms":["r1"],"except":[],"flags":{}},"rooms":["a"]})";
// `{packet: {type: 2, data: ["hi", <010203>]}, opts: {rooms: [], except: [], flags: {}}}`
const std::string binary = base64_encode(bytes(
    "82a67061636b657482a47479706502a46461746192a26869c403010203a46f70747383a5726f6f6d7390a6657863"
    "65707490a5666c61677380"));

TEST(StreamsDialectRead, UnderstandsNode) {
  EXPECT_EQ(read("3", to_room), R"(0 from:u /(r1-) hi["x"])");
  EXPECT_EQ(read("3", binary), R"(0 from:u /(-) hi[{"_placeholder":true,"num":0}]<010203>)");
  EXPECT_EQ(read("4", join, "/custom"), "2 from:u /custom(r1-)[] rooms:a");
  EXPECT_EQ(read("5", join), "3 from:u /(r1-)[] rooms:a");
  EXPECT_EQ(read("6", R"({"opts":{"rooms":[],"except":["e"],"flags":{}},"close":true})"),
            "4 from:u /(-e)[] close");
}

TEST(StreamsDialectRead, RefusesEachMalformedPart) {
  EXPECT_EQ(read("3", to_room, "/", ""), "refused");
  for (const char* type : {"", "3x", "-3", "2", "13", "99999999999999999999"}) {
    EXPECT_EQ(read(type, to_room), "refused") << type;
  }
  for (const char* data : {"", "{", "[]", "{}", "kA==", "gA==", "====", "not base64!"}) {
    EXPECT_EQ(read("3", data), "refused") << data;
  }
  EXPECT_EQ(read("3", std::string(message_bytes_max + 1, '{')), "refused");
  EXPECT_FALSE(StreamsDialect::read_entry({}));
}

TEST(StreamsDialectWrite, PutsWhatChangesSocketsIntoTheStream) {
  const EntryFields entry =
      ours.write_entry({.who = to({"r1"}), .event = "hi", .arguments = {json::Array{"x"}, {}}});

  EXPECT_EQ(
      entry,
      (EntryFields{{"uid", "43fce116ebda17ba"}, {"nsp", "/"}, {"type", "3"}, {"data", to_room}}));
  const EntryFields with_bytes =
      ours.write_entry({.who = to({}),
                        .event = "hi",
                        .arguments = {json::Array{first_attachment()}, {"\x01\x02\x03"}}});
  EXPECT_EQ(field(with_bytes, "data"), binary);
  EXPECT_EQ(field(ours.write_entry({.kind = MessageKind::join, .who = to({"r1"}), .rooms = {"a"}}),
                  "data"),
            join);
}

TEST(StreamsDialectWrite, SaysTheRestOnChannelsAsMessagePack) {
  EXPECT_TRUE(StreamsDialect::belongs_in_stream({.kind = MessageKind::disconnect}));
  EXPECT_FALSE(StreamsDialect::belongs_in_stream({.kind = MessageKind::question}));
  EXPECT_FALSE(StreamsDialect::belongs_in_stream({.kind = MessageKind::server_event}));

  const Outgoing asked =
      ours.write({.kind = MessageKind::find_sockets, .request = "q", .who = to({})});
  EXPECT_EQ(asked.kind, ChannelKind::classic);
  EXPECT_EQ(asked.channel, "socket.io#/#");
  EXPECT_EQ(asked.bytes.front(), '\x84');
  const auto back = ours.read("/", Topic::everything, asked.bytes);
  ASSERT_TRUE(back);
  EXPECT_EQ(shown(*back), "5 from:43fce116ebda17ba request:q /(-)[]");

  const Outgoing answer = ours.write({.kind = MessageKind::client_count,
                                      .to = "abc",
                                      .request = "q",
                                      .who = to({}, {}, "/custom"),
                                      .clients = 2});
  EXPECT_EQ(answer.channel, "socket.io#/custom#abc#");
}

TEST(StreamsDialectChannels, AreThoseOfTheOptions) {
  const StreamsDialect sharded({.channel_prefix = "p", .use_sharded_pub_sub = true}, "me");
  const auto listened = sharded.subscriptions("/n");

  ASSERT_EQ(listened.size(), 2U);
  EXPECT_EQ(listened[0].channel, "p#/n#");
  EXPECT_EQ(listened[1].channel, "p#/n#me#");
  EXPECT_EQ(listened[1].kind, ChannelKind::sharded);
  EXPECT_EQ(sharded.roll("/n").channel, "p#/n#");
  EXPECT_EQ(sharded.new_request().size(), 16U);
}

}  // namespace
}  // namespace quickclinic::cluster
