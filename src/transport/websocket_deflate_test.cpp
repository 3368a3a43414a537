#include "transport/websocket_deflate.hpp"

#include "transport/websocket_decoder.hpp"
#include "transport/websocket_test_frames.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace quickclinic::transport {
namespace {

using namespace std::literals;
using engineio::Frame;
using engineio::FramePtr;

constexpr WebSocketCompression settings{.enabled = true, .threshold_bytes = 0};
constexpr unsigned compressed_bit = 4;

DeflateTerms terms_of(bool kept) {
  return {.server_keeps_context = kept, .client_keeps_context = kept, .answer = {}};
}

// What a decoder with compression makes of a client's bytes, one line a message.
std::string decode(std::string bytes, std::size_t piece_bytes, const WebSocketLimits& limits,
                   bool kept) {
  SharedDeflate shared(settings);
  WebSocketDecoder decoder(limits, std::make_unique<WebSocketDeflate>(terms_of(kept), shared));
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
      log.append(message.data).append("\n");
    }
  }
  return log;
}

// Whole and byte by byte, which must agree.
void expect_decoded(const std::string& bytes, const std::string& expected,
                    const WebSocketLimits& limits = {}, bool kept = true) {
  EXPECT_EQ(decode(bytes, bytes.size(), limits, kept), expected);
  EXPECT_EQ(decode(bytes, 1, limits, kept), expected);
}

std::string compressed(std::string_view payload) {
  return encode({.payload = payload, .reserved = compressed_bit});
}

// What a client would send for `text`.
std::string deflated(std::string_view text) {
  Deflater deflater({});
  std::string out;
  deflater.compress_onward(text, out);
  return out.substr(0, out.size() - 4);
}

TEST(WebSocketInflateExample, OfTheRfcIsRead) {
  // RFC 7692, section 7.2.3: one block, the same with context, a stored block, a final block, two
  // blocks.
  expect_decoded(compressed("\xf2\x48\xcd\xc9\xc9\x07\x00"sv), "Hello\n");
  expect_decoded(
      compressed("\xf2\x48\xcd\xc9\xc9\x07\x00"sv) + compressed("\xf2\x00\x11\x00\x00"sv),
      "Hello\nHello\n");
  expect_decoded(compressed("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"sv), "Hello\n");
  expect_decoded(compressed("\xf3\x48\xcd\xc9\xc9\x07\x00\x00"sv), "Hello\n");
  expect_decoded(compressed("\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"sv), "Hello\n");
}

TEST(WebSocketInflateContext, GoesOnBehindAFinalBlock) {
  expect_decoded(
      compressed("\xf3\x48\xcd\xc9\xc9\x07\x00\x00"sv) + compressed("\xf2\x00\x11\x00\x00"sv),
      "Hello\nHello\n");
}

TEST(WebSocketInflateContext, IsForgottenWhereThatWasAgreed) {
  expect_decoded(
      compressed("\xf2\x48\xcd\xc9\xc9\x07\x00"sv) + compressed("\xf2\x00\x11\x00\x00"sv),
      "Hello\nrefused 1007", {}, false);
  expect_decoded(compressed(deflated("one")) + compressed(deflated("two")), "one\ntwo\n", {},
                 false);
}

TEST(WebSocketInflateMessage, ComesInFragmentsAroundControlFrames) {
  const std::string whole = deflated("Hello");
  const std::string bytes =
      encode({.payload = std::string_view(whole).substr(0, 3),
              .final = false,
              .reserved = compressed_bit}) +
      encode({.opcode = Opcode::ping, .payload = "p"}) +
      encode({.opcode = Opcode::continuation, .payload = {}, .final = false}) +
      encode({.opcode = Opcode::continuation, .payload = std::string_view(whole).substr(3)});

  expect_decoded(bytes, "p\nHello\n");
}

TEST(WebSocketInflateMessage, MayStandBesidePlainOnes) {
  expect_decoded(
      encode({.payload = "plain"}) + compressed(deflated("small")) + encode({.payload = "again"}),
      "plain\nsmall\nagain\n");
}

TEST(WebSocketInflateMessage, IsRefusedWhenItIsNoUtf8) {
  expect_decoded(compressed(deflated("\xff")), "refused 1007");
  expect_decoded(
      encode({.opcode = Opcode::binary, .payload = deflated("\xff"), .reserved = compressed_bit}),
      "\xff\n");
}

TEST(WebSocketInflateMessage, IsRefusedWhenItIsNotCompressed) {
  expect_decoded(compressed("Hello"), "refused 1007");
  expect_decoded(compressed(""), "refused 1007");
  // Cut off inside a block.
  expect_decoded(compressed(deflated(std::string(100, 'x') + "Hello").substr(0, 5)),
                 "refused 1007");
  // A block refers to what was never sent.
  expect_decoded(compressed("\xf2\x00\x11\x00\x00"sv), "refused 1007");
}

TEST(WebSocketInflateMessage, IsRefusedWhenItIsNothingButEnds) {
  std::string ends;
  for (int i = 0; i < 20; ++i) ends += "\x03\x00"sv;

  expect_decoded(compressed(ends), "refused 1007");
}

TEST(WebSocketInflateBit, MayStandOnlyOnTheFirstFrameOfAMessage) {
  expect_decoded(encode({.payload = deflated("a"), .final = false, .reserved = compressed_bit}) +
                     encode({.opcode = Opcode::continuation, .reserved = compressed_bit}),
                 "refused 1002");
  expect_decoded(encode({.opcode = Opcode::ping, .reserved = compressed_bit}), "refused 1002");
  expect_decoded(encode({.payload = "a", .reserved = 2}), "refused 1002");
  expect_decoded(encode({.payload = "a", .reserved = 5}), "refused 1002");
}

TEST(WebSocketInflateLimit, HoldsForWhatComesOut) {
  const WebSocketLimits limits{.message_bytes_max = 1000, .skip_bytes_max = 5000};

  expect_decoded(compressed(deflated(std::string(1000, 'x'))), std::string(1000, 'x') + "\n",
                 limits);
  expect_decoded(compressed(deflated(std::string(1001, 'x'))), "refused 1009", limits);
  expect_decoded(compressed(deflated(std::string(50'000'000, 'x')).substr(0, 999)), "refused 1009",
                 limits);
}

TEST(WebSocketInflateLimit, HoldsForWhatComesIn) {
  const WebSocketLimits limits{.message_bytes_max = 1000, .skip_bytes_max = 5000};

  expect_decoded(compressed(std::string(1001, '\0')), "refused 1009", limits);
}

// The messages that a client of `shared` would read in `frames`, by the same terms.
std::string read_back(const std::vector<FramePtr>& frames, bool kept) {
  std::string bytes;
  for (const FramePtr& frame : frames) {
    std::string_view wire = frame->websocket();
    const auto first = static_cast<unsigned char>(wire[0]);
    const std::string_view payload = wire.substr(wire.size() - frame->packet().size());
    bytes += encode({.opcode = static_cast<Opcode>(first & 0x0FU),
                     .payload = payload,
                     .reserved = (first & 0x70U) >> 4U});
  }
  return decode(bytes, bytes.size(), {}, kept);
}

std::string long_text(char c) { return "4" + std::string(2000, c); }

TEST(WebSocketDeflateFrame, CanBeReadByTheOtherSide) {
  for (const bool kept : {false, true}) {
    SharedDeflate shared(settings);
    WebSocketDeflate deflate(terms_of(kept), shared);

    std::vector<FramePtr> frames;
    for (const char c : {'a', 'a', 'b'}) {
      frames.push_back(deflate.outgoing(Frame::text(long_text(c))));
      EXPECT_EQ(static_cast<unsigned char>(frames.back()->websocket()[0]), 0xC1U);
      EXPECT_LT(frames.back()->websocket().size(), 100U);
    }

    EXPECT_EQ(read_back(frames, kept),
              long_text('a') + "\n" + long_text('a') + "\n" + long_text('b') + "\n");
  }
}

TEST(WebSocketDeflateFrame, IsSmallerWithAContext) {
  SharedDeflate shared(settings);
  WebSocketDeflate deflate(terms_of(true), shared);
  std::string text = "4";
  for (int i = 0; i < 200; ++i) text += std::to_string(i * i);

  const auto first = deflate.outgoing(Frame::text(text));
  const auto second = deflate.outgoing(Frame::text(text));

  EXPECT_LT(second->websocket().size() * 5, first->websocket().size());
}

TEST(WebSocketDeflateFrame, IsLeftAloneWhenItIsSmallRefusesOrWouldGrow) {
  SharedDeflate shared({.enabled = true, .threshold_bytes = 100});
  WebSocketDeflate deflate(terms_of(false), shared);
  const FramePtr small = Frame::text(std::string(99, '4'));
  const FramePtr refusing = Frame::text(std::string(200, '4'), false);
  std::string noise;
  for (unsigned i = 0, state = 1; i < 200; ++i) {
    state = state * 1664525 + 1013904223;
    noise += static_cast<char>(state >> 24);
  }
  const FramePtr random = Frame::binary(noise);

  EXPECT_EQ(deflate.outgoing(small), small);
  EXPECT_EQ(deflate.outgoing(refusing), refusing);
  EXPECT_EQ(deflate.outgoing(random), random);
}

TEST(WebSocketDeflateFrame, IsCompressedOnceForEverybodyWithoutAContext) {
  SharedDeflate shared(settings);
  WebSocketDeflate one(terms_of(false), shared);
  WebSocketDeflate two(terms_of(false), shared);
  DeflateTerms smaller = terms_of(false);
  smaller.server_window_bits = 10;
  WebSocketDeflate three(smaller, shared);
  const FramePtr broadcast = Frame::text(long_text('a'));

  const FramePtr first = one.outgoing(broadcast);
  const FramePtr second = two.outgoing(broadcast);
  const FramePtr third = three.outgoing(broadcast);
  shared.end_batch();
  const FramePtr later = two.outgoing(broadcast);

  EXPECT_EQ(first, second);
  EXPECT_NE(first, third);
  EXPECT_NE(first, later);
}

TEST(WebSocketDeflateFrame, KeepsToTheWindowOfTheClient) {
  SharedDeflate shared(settings);
  DeflateTerms terms = terms_of(false);
  terms.server_window_bits = 9;
  WebSocketDeflate deflate(terms, shared);
  std::string noise;
  for (unsigned i = 0, state = 7; i < 600; ++i) {
    state = state * 1664525 + 1013904223;
    noise += static_cast<char>('a' + (state >> 24) % 26);
  }
  const std::string text = noise + noise;  // the repetition lies further back than 512 bytes

  const FramePtr frame = deflate.outgoing(Frame::text(text));
  Inflater small_client(9);
  std::string out;
  const std::string_view wire = frame->websocket();

  EXPECT_EQ(small_client.inflate_message(wire.substr(wire.size() - frame->packet().size()),
                                         Inflater::Context::forgotten, 10'000, out),
            Inflater::Outcome::done);
  EXPECT_EQ(out, text);
  EXPECT_GT(wire.size(), 700U);
}

}  // namespace
}  // namespace quickclinic::transport
