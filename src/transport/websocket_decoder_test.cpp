#include "transport/websocket_decoder.hpp"

#include "transport/websocket_test_frames.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::transport {
namespace {

using namespace std::literals;

const char* name_of(WebSocketMessage::Kind kind) {
  using enum WebSocketMessage::Kind;
  switch (kind) {
    case text:
      return "text";
    case binary:
      return "binary";
    case ping:
      return "ping";
    case pong:
      return "pong";
    case close:
      return "close";
    case oversized:
      return "oversized";
  }
  return "?";
}

// What comes out, one line a message, and the close code of the refusal at the end if there is one.
std::string decode(std::string bytes, std::size_t piece_bytes, const WebSocketLimits& limits = {}) {
  WebSocketDecoder decoder(limits);
  std::string log;
  for (std::size_t at = 0; at < bytes.size(); at += piece_bytes) {
    std::span<char> input = std::span(bytes).subspan(at, std::min(piece_bytes, bytes.size() - at));
    for (;;) {
      WebSocketMessage message;
      const auto outcome = decoder.next(input, message);
      if (outcome == WebSocketDecoder::Outcome::refused) {
        return log + "refused " + std::to_string(close_code(decoder.error()));
      }
      if (outcome == WebSocketDecoder::Outcome::need_more) break;
      log.append(name_of(message.kind)).append(" ").append(message.data);
      if (message.close_code != 0) log.append(" ").append(std::to_string(message.close_code));
      log += '\n';
    }
    EXPECT_TRUE(input.empty());
  }
  if (decoder.mid_message()) log += "unfinished";
  return log;
}

std::string decode(const std::string& bytes) { return decode(bytes, bytes.size()); }

// Both ways in, which must agree.
void expect_decoded(const std::string& bytes, const std::string& expected,
                    const WebSocketLimits& limits = {}) {
  EXPECT_EQ(decode(bytes, bytes.size(), limits), expected);
  EXPECT_EQ(decode(bytes, 1, limits), expected);
}

TEST(WebSocketDecoderExample, OfTheRfcIsRead) {
  expect_decoded("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", "text Hello\n");
}

TEST(WebSocketDecoderFrame, InOneReadIsHandedOutInPlace) {
  const WebSocketLimits limits;
  WebSocketDecoder decoder(limits);
  std::string bytes = encode({.payload = "in place"});
  std::span<char> input = bytes;
  WebSocketMessage message;

  ASSERT_EQ(decoder.next(input, message), WebSocketDecoder::Outcome::message);

  EXPECT_EQ(message.data, "in place");
  EXPECT_EQ(message.data.data() + message.data.size(), bytes.data() + bytes.size());
}

TEST(WebSocketDecoderFrame, OfEveryLengthFormIsRead) {
  for (const std::size_t size : {0UL, 125UL, 126UL, 65535UL, 65536UL, 1'000'000UL}) {
    const std::string payload(size, 'p');
    const std::string bytes = encode({.opcode = Opcode::binary, .payload = payload});
    EXPECT_EQ(decode(bytes), "binary " + payload + "\n") << size;
    EXPECT_EQ(decode(bytes, 1000), "binary " + payload + "\n") << size;
  }
}

TEST(WebSocketDecoderFragments, AreJoinedAroundControlFrames) {
  const std::string bytes =
      encode({.payload = "one ", .final = false}) +
      encode({.opcode = Opcode::ping, .payload = "p"}) +
      encode({.opcode = Opcode::continuation, .payload = "two ", .final = false}) +
      encode({.opcode = Opcode::pong}) +
      encode({.opcode = Opcode::continuation, .payload = "three"}) + encode({.payload = "next"});

  expect_decoded(bytes, "ping p\npong \ntext one two three\ntext next\n");
}

TEST(WebSocketDecoderFragments, MayDivideACharacter) {
  const std::string bytes = encode({.payload = "\xc3", .final = false}) +
                            encode({.opcode = Opcode::continuation, .payload = "\xa9"});

  expect_decoded(bytes, "text é\n");
}

TEST(WebSocketDecoderClose, GivesCodeAndReason) {
  expect_decoded(encode({.opcode = Opcode::close,
                         .payload = "\x03\xe8"
                                    "bye"}),
                 "close bye 1000\n");
  expect_decoded(encode({.opcode = Opcode::close}), "close  1005\n");
}

TEST(WebSocketDecoderClose, EndsTheStream) {
  const std::string bytes =
      encode({.opcode = Opcode::close}) + encode({.payload = "late"}) + "\xff\xff\xff";

  expect_decoded(bytes, "close  1005\n");
}

struct Refusal {
  const char* name;
  std::string bytes;
  std::string expected;
};

std::string header(const std::string& bytes) { return bytes + "\x01\x02\x03\x04"; }

const std::string long_payload(126, 'p');

const std::vector<Refusal> refusals = {
    {"no mask", encode({.payload = "x", .masked = false}), "refused 1002"},
    {"no mask on an empty frame", "\x81\x00"s, "refused 1002"},
    {"first reserved bit", encode({.payload = "x", .reserved = 4}), "refused 1002"},
    {"second reserved bit", encode({.payload = "x", .reserved = 2}), "refused 1002"},
    {"third reserved bit", encode({.payload = "x", .reserved = 1}), "refused 1002"},
    {"reserved data opcode", encode({.opcode = static_cast<Opcode>(3)}), "refused 1002"},
    {"reserved control opcode", encode({.opcode = static_cast<Opcode>(11)}), "refused 1002"},
    {"fragmented ping", encode({.opcode = Opcode::ping, .final = false}), "refused 1002"},
    {"long ping", encode({.opcode = Opcode::ping, .payload = long_payload}), "refused 1002"},
    {"continuation of nothing", encode({.opcode = Opcode::continuation}), "refused 1002"},
    {"message inside a message", encode({.final = false}) + encode({.payload = "x"}),
     "refused 1002"},
    {"two-byte length not needed", header("\x82\xfe\x00\x7d"s), "refused 1002"},
    {"eight-byte length not needed", header("\x82\xff\x00\x00\x00\x00\x00\x00\xff\xff"s),
     "refused 1002"},
    {"length with its top bit set", header("\x82\xff\x80\x00\x00\x00\x00\x01\x00\x00"s),
     "refused 1002"},
    {"largest length", header("\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff"s), "refused 1009"},
    {"length just past the limit", header("\x82\xff\x00\x00\x00\x00\x00\x0f\x42\x41"s),
     "refused 1009"},
    {"text that is not UTF-8", encode({.payload = "\xff"}), "refused 1007"},
    {"text that ends in a character", encode({.payload = "\xc3"}), "refused 1007"},
    {"surrogate", encode({.payload = "\xed\xa0\x80"}), "refused 1007"},
    {"fragments that are not UTF-8",
     encode({.payload = "\xc3", .final = false}) +
         encode({.opcode = Opcode::continuation, .payload = "x"}),
     "refused 1007"},
    {"close of one byte", encode({.opcode = Opcode::close, .payload = "x"}), "refused 1002"},
    {"close with a reserved code", encode({.opcode = Opcode::close, .payload = "\x03\xed"}),
     "refused 1002"},
    {"close with code 0", encode({.opcode = Opcode::close, .payload = "\0\0"sv}), "refused 1002"},
    {"close reason that is not UTF-8", encode({.opcode = Opcode::close, .payload = "\x03\xe8\xff"}),
     "refused 1007"},
};

TEST(WebSocketDecoderRefusal, GivesEachMalformedFrameItsCode) {
  for (const Refusal& refusal : refusals) {
    SCOPED_TRACE(refusal.name);
    expect_decoded(refusal.bytes, refusal.expected);
  }
}

TEST(WebSocketDecoderRefusal, ComesAfterWhatWasRightBefore) {
  expect_decoded(encode({.payload = "fine"}) + "\xff\xff", "text fine\nrefused 1002");
}

TEST(WebSocketDecoderRefusal, LastsForEver) {
  const WebSocketLimits limits;
  WebSocketDecoder decoder(limits);
  std::string bytes = "\xff\xff";
  std::string more = encode({.payload = "x"});
  std::span<char> first = bytes;
  std::span<char> second = more;
  WebSocketMessage message;

  EXPECT_EQ(decoder.next(first, message), WebSocketDecoder::Outcome::refused);
  EXPECT_EQ(decoder.next(second, message), WebSocketDecoder::Outcome::refused);
}

TEST(WebSocketDecoderLimits, AreMetExactly) {
  const WebSocketLimits limits{.message_bytes_max = 10};
  const std::string five = encode({.payload = "12345", .final = false});

  expect_decoded(encode({.payload = "1234567890"}), "text 1234567890\n", limits);
  expect_decoded(encode({.payload = "12345678901"}), "refused 1009", limits);
  expect_decoded(five + encode({.opcode = Opcode::continuation, .payload = "12345"}),
                 "text 1234512345\n", limits);
  expect_decoded(five + encode({.opcode = Opcode::continuation, .payload = "123456"}),
                 "refused 1009", limits);
}

TEST(WebSocketDecoderLimits, CountFragments) {
  const WebSocketLimits limits{.fragments_max = 3};
  const std::string first = encode({.payload = "a", .final = false});
  const std::string next = encode({.opcode = Opcode::continuation, .final = false});
  const std::string last = encode({.opcode = Opcode::continuation, .payload = "z"});

  expect_decoded(first + next + last, "text az\n", limits);
  expect_decoded(first + next + next + last, "refused 1009", limits);
}

TEST(WebSocketDecoderLimits, RefuseALargeMessageByItsHeader) {
  const WebSocketLimits limits{.message_bytes_max = 100};
  const std::string bytes = encode({.payload = std::string(101, 'x')}).substr(0, 8);

  EXPECT_EQ(decode(bytes, 1, limits), "refused 1009");
}

TEST(WebSocketDecoderSkip, GivesTheBeginningOfAnOversizedMessage) {
  const WebSocketLimits limits{.message_bytes_max = 2000, .skip_bytes_max = 5000};
  const std::string payload = "begin" + std::string(4995, 'x');
  const std::string prefix = payload.substr(0, WebSocketLimits::skip_prefix_bytes);
  const std::string bytes = encode({.payload = payload}) + encode({.payload = "next"});

  expect_decoded(bytes, "oversized " + prefix + "\ntext next\n", limits);
  EXPECT_EQ(decode(bytes, 1000, limits), "oversized " + prefix + "\ntext next\n");
}

TEST(WebSocketDecoderSkip, HasALimitOfItsOwn) {
  const WebSocketLimits limits{.message_bytes_max = 2000, .skip_bytes_max = 5000};

  expect_decoded(encode({.payload = std::string(5001, 'x')}), "refused 1009", limits);
}

TEST(WebSocketDecoderSkip, IsForMessagesOfOneFrameOnly) {
  const WebSocketLimits limits{.message_bytes_max = 2000, .skip_bytes_max = 5000};
  const std::string large(3000, 'x');

  expect_decoded(encode({.payload = large, .final = false}), "refused 1009", limits);
  expect_decoded(encode({.payload = "x", .final = false}) +
                     encode({.opcode = Opcode::continuation, .payload = large}),
                 "refused 1009", limits);
}

TEST(WebSocketDecoderMemory, IsNothingWhileIdle) {
  const WebSocketLimits limits;
  WebSocketDecoder decoder(limits);
  std::string bytes = encode({.payload = "half of it"});
  std::span<char> half = std::span(bytes).first(8);
  std::span<char> rest = std::span(bytes).subspan(8);
  WebSocketMessage message;

  EXPECT_LE(sizeof(WebSocketDecoder), 32U);
  EXPECT_EQ(decoder.next(half, message), WebSocketDecoder::Outcome::need_more);
  EXPECT_TRUE(decoder.mid_message());
  EXPECT_EQ(decoder.next(rest, message), WebSocketDecoder::Outcome::message);
  EXPECT_EQ(message.data, "half of it");
  EXPECT_EQ(decoder.next(rest, message), WebSocketDecoder::Outcome::need_more);
  EXPECT_FALSE(decoder.mid_message());
}

std::string random_frames(std::mt19937& random) {
  std::string bytes;
  const auto below = [&](unsigned bound) { return static_cast<unsigned>(random() % bound); };
  const auto mask = [&] {
    MaskKey key;
    for (char& c : key) c = static_cast<char>(random());
    return key;
  };
  for (unsigned messages = 1 + below(8); messages > 0; --messages) {
    const Opcode opcode = below(2) == 0 ? Opcode::text : Opcode::binary;
    for (unsigned fragments = 1 + below(4), i = 0; i < fragments; ++i) {
      const std::string payload(below(8) == 0 ? below(70'000) : below(200),
                                static_cast<char>('a' + below(26)));
      if (below(4) == 0)
        bytes +=
            encode({.opcode = Opcode::ping, .payload = payload.substr(0, 125), .mask = mask()});
      bytes += encode({.opcode = i == 0 ? opcode : Opcode::continuation,
                       .payload = payload,
                       .final = i + 1 == fragments,
                       .mask = mask()});
    }
  }
  if (below(4) == 0)
    bytes[below(static_cast<unsigned>(bytes.size()))] ^= static_cast<char>(1 << below(8));
  return bytes;
}

TEST(WebSocketDecoderPieces, GiveTheSameMessagesWhateverTheirSize) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const WebSocketLimits limits{.message_bytes_max = 50'000, .skip_bytes_max = 60'000};

  for (int round = 0; round < 30; ++round) {
    const std::string bytes = random_frames(random);
    const std::string whole = decode(bytes, bytes.size(), limits);
    EXPECT_FALSE(whole.empty());
    EXPECT_EQ(decode(bytes, 1, limits), whole) << round;
    EXPECT_EQ(decode(bytes, 1 + random() % 5000, limits), whole) << round;
  }
}

}  // namespace
}  // namespace quickclinic::transport
