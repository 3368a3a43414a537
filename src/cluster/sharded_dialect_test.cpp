#include "cluster/sharded_dialect.hpp"

#include "cluster/test_messages.hpp"

#include <gtest/gtest.h>

namespace quickclinic::cluster {
namespace {

using testing::bytes;
using testing::first_attachment;
using testing::hex;
using testing::shown;
using testing::to;

const ShardedDialect ours({}, "43fce116ebda17ba");

std::string read(std::string_view message, std::string_view nsp = "/") {
  const auto read = ours.read(nsp, Topic::everything, message);
  return read ? shown(*read) : "refused";
}

// What `@socket.io/redis-adapter` 8.3.0 has sent.
constexpr std::string_view to_room =
    R"({"type":3,"data":{"packet":{"type":2,"data":["hi","x"]},"opts":{"rooms":["r1"],"except":[],)"
    R"("flags":{}}},"uid":"43fce116ebda17ba","nsp":"/"})";
constexpr std::string_view join =
    R"({"type":4,"data":{"opts":{"rooms":["r1"],"except":[],"flags":{}},"rooms":["a"]},)"
    R"("uid":"43fce116ebda17ba","nsp":"/"})";
constexpr std::string_view fetch =
    R"({"type":7,"data":{"opts":{"rooms":[],"except":[],"flags":{}},"requestId":"94a841d9dfd4cc57"},)"
    R"("uid":"43fce116ebda17ba","nsp":"/"})";
constexpr std::string_view server_event =
    R"({"type":9,"data":{"requestId":"30b4a48ca45e7e18","packet":["ask",1]},)"
    R"("uid":"43fce116ebda17ba","nsp":"/"})";
const std::string binary = bytes(
    "84a47479706503a46461746182a67061636b657482a47479706502a46461746193a26869c40301020384a161c0a162"
    "cb3ff8000000000000a163ffa164cd012ca46f70747383a5726f6f6d7390a665786365707490a5666c61677380a375"
    "6964b034336663653131366562646131376261a36e7370a12f");

TEST(ShardedDialectRead, UnderstandsNode) {
  EXPECT_EQ(read(to_room), R"(0 from:43fce116ebda17ba /(r1-) hi["x"])");
  EXPECT_EQ(read(join), "2 from:43fce116ebda17ba /(r1-)[] rooms:a");
  EXPECT_EQ(read(fetch), "5 from:43fce116ebda17ba request:94a841d9dfd4cc57 /(-)[]");
  EXPECT_EQ(read(server_event), "8 from:43fce116ebda17ba request:30b4a48ca45e7e18 /(-) ask[1]");
  EXPECT_EQ(read(binary), R"(0 from:43fce116ebda17ba /(-) hi[{"_placeholder":true,"num":0},)"
                          R"({"a":null,"b":1.5,"c":-1,"d":300}]<010203>)");
  EXPECT_EQ(read(R"({"type":3,"data":{"requestId":"q","packet":{"type":2,"data":["x"]},)"
                 R"("opts":{"rooms":[],"except":[],"flags":{"timeout":90}}},"uid":"u","nsp":"/"})"),
            "1 from:u request:q /(-) x[] 90ms");
  EXPECT_EQ(read(R"({"type":11,"data":{"requestId":"q","clientCount":2},"uid":"u","nsp":"/"})"),
            "9 from:u request:q /(-)[] clients:2");
  EXPECT_EQ(read(R"({"type":12,"data":{"requestId":"q"},"uid":"u","nsp":"/"})"),
            "10 from:u request:q /(-)[]");
}

TEST(ShardedDialectRead, RefusesEachMalformedPart) {
  const auto message = [](std::string_view type, std::string_view data) {
    return R"({"type":)" + std::string(type) + R"(,"data":)" + std::string(data) +
           R"(,"uid":"u","nsp":"/"})";
  };
  ASSERT_NE(read(message("12", "{}")), "refused");
  for (const std::string& text :
       {message("1", "{}"), message("13", "{}"), message("\"12\"", "{}"), message("12", "[]"),
        message("3", "{}"), message("3", R"({"opts":{}})"),
        message("3", R"({"opts":{},"packet":{"type":2,"data":[]}})"), message("4", "{}"),
        message("6", R"({"close":true})"), message("7", "{}"), message("8", "{}"),
        message("9", "{}"), message("9", R"({"packet":["connect"]})"), message("11", "{}")}) {
    EXPECT_EQ(read(text), "refused") << text;
  }
  EXPECT_EQ(read(join, "/other"), "refused");
  EXPECT_EQ(read(R"({"type":12,"data":{},"nsp":"/"})"), "refused");
  EXPECT_EQ(read(""), "refused");
}

TEST(ShardedDialectWrite, SaysWhatNodeSays) {
  EXPECT_EQ(
      ours.write({.who = to({"r1"}), .event = "hi", .arguments = {json::Array{"x"}, {}}}).bytes,
      to_room);
  EXPECT_EQ(ours.write({.kind = MessageKind::join, .who = to({"r1"}), .rooms = {"a"}}).bytes, join);
  EXPECT_EQ(
      ours.write({.kind = MessageKind::find_sockets, .request = "94a841d9dfd4cc57", .who = to({})})
          .bytes,
      fetch);
}

TEST(ShardedDialectWrite, IsMessagePackWhereThereIsBinaryData) {
  const Outgoing said =
      ours.write({.who = to({}),
                  .event = "hi",
                  .arguments = {json::Array{first_attachment()}, {"\x01\x02\x03"}}});

  EXPECT_EQ(
      hex(said.bytes),
      "84a47479706503a46461746182a67061636b657482a47479706502a46461746192a26869c403010203a46f7074"
      "7383a5726f6f6d7390a665786365707490a5666c61677380a3756964b034336663653131366562646131376261"
      "a36e7370a12f");
}

TEST(ShardedDialectWrite, IsUnderstoodByItself) {
  const Message messages[] = {
      {.kind = MessageKind::leave, .who = to({"a"}, {"b"}), .rooms = {"c"}},
      {.kind = MessageKind::disconnect, .who = to({"a"}), .close_clients = true},
      {.kind = MessageKind::server_event,
       .who = to({}),
       .event = "x",
       .arguments = {json::Array{1}, {}}},
      {.kind = MessageKind::server_answer,
       .request = "r",
       .who = to({}),
       .arguments = {json::Array{1}, {}}},
      {.kind = MessageKind::client_answer,
       .request = "r",
       .who = to({}),
       .arguments = {json::Array{first_attachment()}, {"\x01"}}},
      {.kind = MessageKind::client_count, .request = "r", .who = to({}), .clients = 7},
      {.kind = MessageKind::question,
       .request = "r",
       .who = to({}),
       .event = "q",
       .compress = false},
  };
  for (const Message& message : messages) {
    Message sent = message;
    sent.sender = ours.id();
    EXPECT_EQ(read(ours.write(message).bytes), shown(sent));
  }
}

TEST(ShardedDialectChannels, AreThoseOfNode) {
  const ShardedDialect none({.rooms = RoomChannels::none}, "u");
  const ShardedDialect all({.rooms = RoomChannels::all}, "u");
  const std::string like_an_id = "12345678901234567890";
  const auto channel = [](const ShardedDialect& dialect, std::string_view room) {
    const auto found = dialect.room_subscription("/", room);
    return found ? found->channel : "none";
  };

  EXPECT_EQ(channel(ours, "r1"), "socket.io#/#r1#");
  EXPECT_EQ(channel(ours, like_an_id), "none");
  EXPECT_EQ(channel(ours, "ä2345678901234567890"), "none");
  EXPECT_EQ(channel(ours, "😀2345678901234567890"), "socket.io#/#😀2345678901234567890#");
  EXPECT_EQ(channel(all, like_an_id), "socket.io#/#12345678901234567890#");
  EXPECT_EQ(channel(none, "r1"), "none");
  EXPECT_EQ(ours.subscriptions("/a").at(1).channel, "socket.io#/a#43fce116ebda17ba#");
  EXPECT_EQ(ours.roll("/a").channel, "socket.io#/a#");
}

TEST(ShardedDialectChannels, CarryWhatIsForOneRoomOnly) {
  const auto channel = [](Message message) { return ours.write(std::move(message)).channel; };

  EXPECT_EQ(channel({.who = to({"r1"}), .event = "x"}), "socket.io#/#r1#");
  EXPECT_EQ(channel({.who = to({"r1", "r2"}), .event = "x"}), "socket.io#/#");
  EXPECT_EQ(channel({.who = to({"12345678901234567890"}), .event = "x"}), "socket.io#/#");
  EXPECT_EQ(
      channel({.kind = MessageKind::question, .request = "q", .who = to({"r1"}), .event = "x"}),
      "socket.io#/#");
  EXPECT_EQ(channel({.kind = MessageKind::join, .who = to({"r1"}), .rooms = {"x"}}),
            "socket.io#/#");
  EXPECT_EQ(
      channel({.kind = MessageKind::client_count, .to = "asker", .request = "q", .who = to({})}),
      "socket.io#/#asker#");
}

}  // namespace
}  // namespace quickclinic::cluster
