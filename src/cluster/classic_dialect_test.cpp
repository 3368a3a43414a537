#include "cluster/classic_dialect.hpp"

#include "cluster/error.hpp"
#include "cluster/test_messages.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace quickclinic::cluster {
namespace {

using testing::bytes;
using testing::first_attachment;
using testing::hex;
using testing::shown;
using testing::to;

const ClassicDialect ours({}, "tnLakc");

std::string read(Topic topic, std::string_view message, std::string_view nsp = "/") {
  const auto read = ours.read(nsp, topic, message);
  return read ? shown(*read) : "refused";
}

// Bytes that `@socket.io/redis-adapter` 8.3.0 and `@socket.io/redis-emitter` 5.1.0 have sent.
const std::string everybody = bytes(
    "93a6746e4c616b6383a47479706502a46461746192a2686901a36e7370a12f83a5726f6f6d7390a665786365707490"
    "a5666c61677380");
const std::string volatile_except = bytes(
    "93a6746e4c616b6383a47479706502a46461746192a26869a178a36e7370a12f83a5726f6f6d7390a6657863657074"
    "91a27232a5666c61677381a8766f6c6174696c65c3");
const std::string binary = bytes(
    "93a6746e4c616b6383a47479706502a46461746193a26869c40301020384a161c0a162cb3ff8000000000000a163ff"
    "a164cd012ca36e7370a12f83a5726f6f6d7390a665786365707490a5666c61677380");
const std::string of_emitter = bytes(
    "93a7656d697474657283a47479706502a46461746192a2686901a36e7370a12f83a5726f6f6d7391a27231a5666c61"
    "677380a665786365707490");
const std::string question = bytes(
    "85a3756964a6746e4c616b63a9726571756573744964a6465f2d7a6c41a47479706507a67061636b657483a4747970"
    "6502a46461746192a47175697aa171a36e7370a12fa46f70747383a5726f6f6d7390a665786365707490a5666c6167"
    "7381a774696d656f7574cd01f4");

TEST(ClassicDialectRead, UnderstandsBroadcastsOfNode) {
  EXPECT_EQ(read(Topic::broadcasts, everybody), "0 from:tnLakc /(-) hi[1]");
  EXPECT_EQ(read(Topic::broadcasts, volatile_except), R"(0 from:tnLakc /(-r2) hi["x"] volatile)");
  EXPECT_EQ(read(Topic::broadcasts, binary),
            R"(0 from:tnLakc /(-) hi[{"_placeholder":true,"num":0},{"a":null,"b":1.5,"c":-1,)"
            R"("d":300}]<010203>)");
  EXPECT_EQ(read(Topic::broadcasts, of_emitter), "0 from:emitter /(r1-) hi[1]");
}

TEST(ClassicDialectRead, UnderstandsRequestsOfNode) {
  const auto request = [](std::string_view text) { return read(Topic::requests, text); };

  EXPECT_EQ(request(R"({"uid":"u","requestId":"r","type":0,"rooms":["a"]})"),
            "6 from:u request:r /(a-)[]");
  EXPECT_EQ(request(R"({"uid":"u","requestId":"r","type":1})"), "7 from:u request:r /(-)[]");
  EXPECT_EQ(request(R"({"uid":"u","type":2,"opts":{"rooms":["r1"],"except":[]},"rooms":["a"]})"),
            "2 from:u /(r1-)[] rooms:a");
  EXPECT_EQ(request(R"({"type":3,"opts":{"rooms":[],"except":["b"]},"rooms":["a"]})"),
            "3 from: /(-b)[] rooms:a");
  EXPECT_EQ(request(R"({"uid":"u","type":4,"opts":{"rooms":["zz"],"except":[]},"close":true})"),
            "4 from:u /(zz-)[] close");
  EXPECT_EQ(request(R"({"uid":"u","requestId":"r","type":2,"sid":"s","room":"a"})"),
            "2 from:u request:r /(s-)[] rooms:a");
  EXPECT_EQ(request(R"({"uid":"u","requestId":"r","type":4,"sid":"s","close":true})"),
            "4 from:u request:r /(s-)[] close");
  EXPECT_EQ(request(R"({"uid":"u","requestId":"r","type":5,"opts":{"rooms":[],"except":[]}})"),
            "5 from:u request:r /(-)[]");
  EXPECT_EQ(request(R"({"uid":"u","type":6,"data":["ask",1]})"), "8 from:u /(-) ask[1]");
  EXPECT_EQ(request(question), R"(1 from:tnLakc request:F_-zlA /(-) quiz["q"] 500ms)");
}

TEST(ClassicDialectRead, UnderstandsAnswersOfNode) {
  const auto answer = [](std::string_view text) { return read(Topic::answers, text); };

  EXPECT_EQ(answer(R"({"requestId":"r","sockets":[]})"), "11 from: request:r /(-)[]");
  EXPECT_EQ(answer(R"({"requestId":"r","sockets":["a","b"]})"),
            "12 from: request:r /(-)[] rooms:a,b");
  EXPECT_EQ(answer(R"({"requestId":"r","sockets":[{"id":"s","rooms":["s","x"],"data":{"n":1}}]})"),
            R"(11 from: request:r /(-)[] socket:s[s,x]{"n":1})");
  EXPECT_EQ(answer(R"({"requestId":"r","rooms":["x"]})"), "13 from: request:r /(-)[] rooms:x");
  EXPECT_EQ(answer(R"({"type":6,"requestId":"r","data":{"node":"n"}})"),
            R"(14 from: request:r /(-)[{"node":"n"}])");
  EXPECT_EQ(answer(R"({"type":8,"requestId":"r","clientCount":3})"),
            "9 from: request:r /(-)[] clients:3");
  EXPECT_EQ(answer(R"({"requestId":"r"})"), "15 from: request:r /(-)[]");
}

TEST(ClassicDialectRead, KeepsTheHandshakeOfASocket) {
  const auto read = ours.read("/", Topic::answers, R"({"requestId":"r","sockets":[{"id":"s",
      "handshake":{"headers":{"host":"h","set-cookie":["a","b"]},"query":{"EIO":"4"},"secure":true,
      "issued":1700000000000,"url":"/x","address":"::1","auth":{"t":1}},"rooms":[],"data":{}}]})");

  const auto& handshake = read.value().sockets.at(0).handshake;
  ASSERT_TRUE(handshake);
  EXPECT_EQ(handshake->session->header("host"), "h");
  EXPECT_EQ(handshake->session->query_value("EIO"), "4");
  EXPECT_TRUE(handshake->session->secure);
  EXPECT_EQ(handshake->session->url, "/x");
  EXPECT_EQ(handshake->session->issued.time_since_epoch().count(), 1'700'000'000'000);
  EXPECT_EQ(json::to_text(handshake->auth), R"({"t":1})");
}

TEST(ClassicDialectRead, TakesWhatOthersLeaveOutOrAdd) {
  // No options, no namespace, an unknown flag, a number for a room.
  EXPECT_EQ(read(Topic::broadcasts, bytes("92a17582a47479706502a46461746191a178")),
            "0 from:u /(-) x[]");
  EXPECT_EQ(read(Topic::requests,
                 R"({"type":2,"new":1,"opts":{"rooms":[7],"flags":{"odd":1}},"rooms":[8]})"),
            "2 from: /(7-)[] rooms:8");
  EXPECT_EQ(read(Topic::requests, R"({"uid":"u","type":6,"data":["x","\ud800"]})"),
            "8 from:u /(-) x[\"\xEF\xBF\xBD\"]");
}

TEST(ClassicDialectRead, RefusesEachMalformedPart) {
  for (const std::string_view hex :
       {"", "c1", "90", "91a175", "92a175c0", "9201c0", "c0", "80", "92a17580",
        "92a17581a47479706502",                                    // no data
        "92a17582a47479706502a4646174610a",                        // data is a number
        "92a17582a47479706502a46461746190",                        // no name
        "92a17582a47479706502a46461746191aa646973636f6e6e656374",  // a reserved one
        "92a17582a47479706503a46461746191a178",                    // no event
        "92a17583a47479706502a46461746191a178a36e7370a22f61",      // another namespace
        "93a17582a47479706502a46461746191a17801",                  // options are a number
        "93a17582a47479706502a46461746191a17881a5726f6f6d73a161",  // rooms are a text
        "93a17582a47479706502a46461746191a17881a5726f6f6d7391c0",  // a room is null
        "93a17582a47479706502a46461746191a17881a5666c61677301"}) {
    EXPECT_EQ(read(Topic::broadcasts, bytes(hex)), "refused") << hex;
  }
  for (const std::string_view text :
       {"{", "[]", "{}", "{\"type\":\"2\"}", "{\"type\":99}", "{\"type\":-1}", "{\"type\":2.5}",
        R"({"type":2,"rooms":["a"]})",  // for everybody? better for nobody
        R"({"type":4})", R"({"type":4,"opts":[]})", R"({"type":5,"requestId":"r"})",
        R"({"type":2,"opts":{"rooms":[{}]},"rooms":["a"]})",
        R"({"type":2,"opts":{"rooms":["a"]},"rooms":"a"})", R"({"type":6})",
        R"({"type":6,"data":{}})", R"({"type":7,"opts":{}})",
        R"({"type":7,"opts":{},"packet":{"type":3,"data":["x"]}})"}) {
    EXPECT_EQ(read(Topic::requests, text), "refused") << text;
  }
  for (const std::string_view text :
       {R"({"type":8,"requestId":"r"})", R"({"type":8,"requestId":"r","clientCount":-1})",
        R"({"type":77})", R"({"requestId":"r","sockets":{}})", R"({"requestId":"r","rooms":[[]]})",
        R"({"requestId":"r","sockets":[{"id":"s"},{}]})"}) {
    EXPECT_EQ(read(Topic::answers, text), "refused") << text;
  }
}

TEST(ClassicDialectRead, BoundsSizeAndDepthAndAttachments) {
  const auto nested = [](std::size_t levels) {
    return R"({"uid":"u","type":6,"data":["x",)" + std::string(levels, '[') +
           std::string(levels, ']') + "]}";
  };
  const auto many = [](std::size_t count) {
    std::string message = bytes("92a17582a47479706502a464617461dc");
    message.push_back(static_cast<char>((count + 1) >> 8U));
    message.push_back(static_cast<char>((count + 1) & 255U));
    message += bytes("a178");
    for (std::size_t i = 0; i < count; ++i) message += bytes("c400");
    return message;
  };

  EXPECT_NE(read(Topic::requests, nested(json::depth_max + envelope_levels - 2)), "refused");
  EXPECT_EQ(read(Topic::requests, nested(json::depth_max + envelope_levels - 1)), "refused");
  EXPECT_NE(read(Topic::broadcasts, many(message_attachments_max)), "refused");
  EXPECT_EQ(read(Topic::broadcasts, many(message_attachments_max + 1)), "refused");
  const auto huge = ours.read("/", Topic::requests, std::string(message_bytes_max + 1, '{'));
  EXPECT_EQ(huge.error().code, make_error_code(ClusterError::too_large));
}

TEST(ClassicDialectWrite, SaysBroadcastsAsNodeDoes) {
  Message hi{.who = to({}), .event = "hi", .arguments = {json::Array{1}, {}}};
  const Outgoing to_all = ours.write(hi);
  EXPECT_EQ(to_all.channel, "socket.io#/#");
  EXPECT_EQ(hex(to_all.bytes), hex(everybody));

  hi.who = to({}, {"r2"});
  hi.arguments = {json::Array{"x"}, {}};
  hi.delivery = socketio::Delivery::if_writable;
  EXPECT_EQ(hex(ours.write(hi).bytes), hex(volatile_except));

  EXPECT_EQ(ours.write({.who = to({"a#b"}, {}, "/custom"), .event = "x"}).channel,
            "socket.io#/custom#a#b#");
  EXPECT_EQ(ours.write({.who = to({"a", "b"}), .event = "x"}).channel, "socket.io#/#");
}

TEST(ClassicDialectWrite, SaysRequestsAsNodeDoes) {
  const auto written = [](Message message) {
    const Outgoing outgoing = ours.write(std::move(message));
    EXPECT_EQ(outgoing.channel, "socket.io-request#/#");
    return outgoing.bytes;
  };

  EXPECT_EQ(written({.kind = MessageKind::join, .who = to({"r1"}), .rooms = {"a"}}),
            R"({"uid":"tnLakc","type":2,"opts":{"rooms":["r1"],"except":[]},"rooms":["a"]})");
  EXPECT_EQ(written({.kind = MessageKind::disconnect, .who = to({"zz"}), .close_clients = true}),
            R"({"uid":"tnLakc","type":4,"opts":{"rooms":["zz"],"except":[]},"close":true})");
  EXPECT_EQ(written({.kind = MessageKind::find_sockets, .request = "vXDJky", .who = to({})}),
            R"({"uid":"tnLakc","requestId":"vXDJky","type":5,"opts":{"rooms":[],"except":[]}})");
  EXPECT_EQ(written({.kind = MessageKind::server_event,
                     .request = "0CRA85",
                     .who = to({}),
                     .event = "ask",
                     .arguments = {json::Array{1}, {}}}),
            R"({"uid":"tnLakc","requestId":"0CRA85","type":6,"data":["ask",1]})");
  EXPECT_EQ(hex(written({.kind = MessageKind::question,
                         .request = "F_-zlA",
                         .who = to({}),
                         .event = "quiz",
                         .arguments = {json::Array{"q"}, {}},
                         .timeout = std::chrono::milliseconds(500)})),
            hex(question));
}

TEST(ClassicDialectWrite, SaysBinaryDataToServersAsJavaScriptBuffers) {
  const Outgoing event =
      ours.write({.kind = MessageKind::server_event,
                  .who = to({}),
                  .event = "x",
                  .arguments = {json::Array{json::Object{{"file", first_attachment()}}},
                                {std::string("\x00\xff", 2)}}});

  EXPECT_EQ(event.bytes,
            R"({"uid":"tnLakc","type":6,"data":["x",{"file":{"type":"Buffer","data":[0,255]}}]})");
}

TEST(ClassicDialectWrite, AnswersWhereTheAskerListens) {
  const Message count{
      .kind = MessageKind::client_count, .to = "asker", .request = "r", .who = to({})};
  const Message event{
      .kind = MessageKind::server_answer, .to = "asker", .request = "r", .who = to({})};
  const ClassicDialect apart({.answer_apart = true}, "me");

  EXPECT_EQ(ours.write(count).channel, "socket.io-response#/#");
  EXPECT_EQ(ours.write(count).bytes, R"({"type":8,"requestId":"r","clientCount":0})");
  EXPECT_EQ(apart.write(count).channel, "socket.io-response#/#asker#");
  EXPECT_EQ(apart.write(event).channel, "socket.io-response#/#");
  EXPECT_EQ(apart.write(event).bytes, R"({"type":6,"requestId":"r"})");
}

TEST(ClassicDialectWrite, IsUnderstoodByItself) {
  const socketio::SocketInfos sockets{
      {.id = socketio::SocketId("s"), .rooms = {"s", "r"}, .data = {}}};
  const Message messages[] = {
      {.kind = MessageKind::find_ids, .request = "r", .who = to({"a"})},
      {.kind = MessageKind::find_rooms, .request = "r", .who = to({})},
      {.kind = MessageKind::leave, .who = to({"a"}, {"b"}), .rooms = {"c"}},
  };
  for (const Message& message : messages) {
    Message sent = message;
    sent.sender = ours.id();
    EXPECT_EQ(read(Topic::requests, ours.write(message).bytes), shown(sent));
  }
  const Message answers[] = {
      {.kind = MessageKind::sockets, .request = "r", .who = to({}), .sockets = sockets},
      {.kind = MessageKind::ids, .request = "r", .who = to({}), .rooms = {"a"}},
      {.kind = MessageKind::rooms, .request = "r", .who = to({}), .rooms = {"a"}},
      {.kind = MessageKind::done, .request = "r", .who = to({})},
      {.kind = MessageKind::client_answer,
       .request = "r",
       .who = to({}),
       .arguments = {json::Array{first_attachment()}, {"\x01"}}},
  };
  for (const Message& message : answers) {
    Message back = message;
    for (socketio::SocketInfo& info : back.sockets) info.data = json::Object();
    EXPECT_EQ(read(Topic::answers, ours.write(message).bytes), shown(back));
  }
}

TEST(ClassicDialectChannels, AreThoseOfNode) {
  std::vector<std::string> channels;
  for (const Subscription& each : ours.subscriptions("/c*[x]\\")) channels.push_back(each.channel);

  EXPECT_EQ(channels,
            (std::vector<std::string>{R"(socket.io#/c\*\[x\]\\#*)", R"(socket.io-request#/c*[x]\#)",
                                      R"(socket.io-response#/c*[x]\#)",
                                      R"(socket.io-response#/c*[x]\#tnLakc#)"}));
  EXPECT_EQ(ours.roll("/").channel, "socket.io-request#/#");
}

TEST(ClassicDialectChannels, TellTheRoom) {
  EXPECT_EQ(ours.room_of("/", "socket.io#/#"), "");
  EXPECT_EQ(ours.room_of("/", "socket.io#/#a#b#"), "a#b");
  EXPECT_EQ(ours.room_of("/", "socket.io#/custom#"), std::nullopt);
  EXPECT_EQ(ours.room_of("/", "socket.io2#/#"), std::nullopt);
}

}  // namespace
}  // namespace quickclinic::cluster
