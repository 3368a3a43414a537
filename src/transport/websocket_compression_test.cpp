#include "transport/websocket_compression.hpp"

#include "transport/transport_error.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace quickclinic::transport {
namespace {

constexpr WebSocketCompression keeping{
    .enabled = true, .keep_server_context = true, .keep_client_context = true};

// The answer, `none`, or `malformed`.
std::string answer(std::string_view offers, const WebSocketCompression& settings = keeping) {
  Headers headers;
  headers.add("Sec-WebSocket-Extensions", offers);
  const auto terms = negotiate_deflate(headers, settings);
  if (!terms) return "malformed";
  return *terms ? (*terms)->answer : "none";
}

TEST(DeflateNegotiation, AcceptsABareOffer) {
  EXPECT_EQ(answer("permessage-deflate"), "permessage-deflate");
}

TEST(DeflateNegotiation, GrantsWhatTheClientWants) {
  EXPECT_EQ(answer("permessage-deflate; server_no_context_takeover"),
            "permessage-deflate; server_no_context_takeover");
  EXPECT_EQ(answer("permessage-deflate; client_no_context_takeover"),
            "permessage-deflate; client_no_context_takeover");
  EXPECT_EQ(answer("permessage-deflate; server_max_window_bits=10"),
            "permessage-deflate; server_max_window_bits=10");
  EXPECT_EQ(answer("permessage-deflate;server_max_window_bits = \"9\" ; client_max_window_bits=8"),
            "permessage-deflate; server_max_window_bits=9; client_max_window_bits=8");
}

TEST(DeflateNegotiation, AsksForWhatTheServerWants) {
  const WebSocketCompression small{.enabled = true,
                                   .keep_server_context = true,
                                   .keep_client_context = true,
                                   .server_window_bits = 11,
                                   .client_window_bits = 12};

  EXPECT_EQ(answer("permessage-deflate; client_max_window_bits", {.enabled = true}),
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
  EXPECT_EQ(answer("permessage-deflate; client_max_window_bits", small),
            "permessage-deflate; server_max_window_bits=11; client_max_window_bits=12");
  EXPECT_EQ(
      answer("permessage-deflate; server_max_window_bits=13; client_max_window_bits=14", small),
      "permessage-deflate; server_max_window_bits=11; client_max_window_bits=12");
  // Only a client that says so can be told its window.
  EXPECT_EQ(answer("permessage-deflate", small), "permessage-deflate; server_max_window_bits=11");
}

TEST(DeflateNegotiation, TakesTheFirstOfferThatCanBeServed) {
  EXPECT_EQ(answer("permessage-deflate; server_max_window_bits=8, permessage-deflate"),
            "permessage-deflate");
  EXPECT_EQ(answer("x-webkit-deflate-frame, , permessage-deflate; client_no_context_takeover, "
                   "permessage-deflate"),
            "permessage-deflate; client_no_context_takeover");
  Headers two;
  two.add("Sec-WebSocket-Extensions", "foo; bar=1");
  two.add("sec-websocket-extensions", "permessage-deflate");
  EXPECT_TRUE(negotiate_deflate(two, keeping).value());
}

TEST(DeflateNegotiation, DeclinesAnOfferThatIsInvalid) {
  for (const char* parameters :
       {"unknown", "server_no_context_takeover=1", "client_no_context_takeover=true",
        "server_no_context_takeover; server_no_context_takeover",
        "client_no_context_takeover; client_no_context_takeover", "server_max_window_bits",
        "server_max_window_bits=7", "server_max_window_bits=16", "server_max_window_bits=010",
        "server_max_window_bits=1a", "server_max_window_bits=10; server_max_window_bits=10",
        "client_max_window_bits=7", "client_max_window_bits=16", "client_max_window_bits=-9",
        "client_max_window_bits; client_max_window_bits=9", "server_max_window_bits=8"}) {
    EXPECT_EQ(answer(std::string("permessage-deflate; ") + parameters), "none") << parameters;
  }
}

TEST(DeflateNegotiation, RefusesAHeaderThatIsNoList) {
  for (const char* value :
       {"", ",", "permessage-deflate;", "permessage-deflate; =1", "permessage-deflate; a=",
        "permessage-deflate; a=\"\"", "permessage-deflate; a=\"b", "permessage-deflate; a=\"b c\"",
        "permessage-deflate a", "perm(essage", "permessage-deflate; a=b c", "a;;b"}) {
    EXPECT_EQ(answer(value), "malformed") << value;
  }
}

TEST(DeflateNegotiation, AgreesOnNothingWithoutAnOffer) {
  EXPECT_FALSE(negotiate_deflate(Headers(), keeping).value().has_value());
  EXPECT_EQ(answer("foo"), "none");
}

}  // namespace
}  // namespace quickclinic::transport
