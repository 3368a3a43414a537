#include "transport/hop.hpp"

#include "transport/http_head.hpp"

#include <gtest/gtest.h>

#include <string>

namespace quickclinic::transport {
namespace {

constexpr std::string_view key = "a key that all nodes have";
constexpr std::string_view sid = "AAnode_1xxxxxxxxxxxxxxxxxxxx";

HttpRequest with_header(std::string_view value) {
  HttpRequest request;
  request.headers.add(hop_header, value);
  return request;
}

Hop hop_from(std::string_view address) {
  return {.client = {*PeerAddress::parse(address), true}, .body_cut = true, .body_marked = false};
}

TEST(Hop, TellsTheOwnerWhoTheClientIs) {
  const std::string sealed = seal_hop(hop_from("192.0.2.7"), sid, key);

  const auto hop = hop_of(with_header(sealed), sid, key);

  ASSERT_TRUE(hop);
  EXPECT_EQ(hop->client.address.text(), "192.0.2.7");
  EXPECT_TRUE(hop->client.secure);
  EXPECT_TRUE(hop->body_cut);
  EXPECT_FALSE(hop->body_marked);
}

TEST(Hop, IsBelievedFromNobodyWithoutTheKey) {
  const std::string sealed = seal_hop(hop_from("2001:db8::1"), sid, key);
  std::string changed = sealed;
  changed.replace(changed.find("2001:db8::1"), 11, "2001:db8::2");
  HttpRequest twice = with_header(sealed);
  twice.headers.add(hop_header, sealed);

  EXPECT_TRUE(hop_of(with_header(sealed), sid, key));
  EXPECT_FALSE(hop_of(with_header(sealed), sid, "another key"));
  EXPECT_FALSE(hop_of(with_header(sealed), "AAnode_1yyyyyyyyyyyyyyyyyyyy", key));
  EXPECT_FALSE(hop_of(with_header(changed), sid, key));
  EXPECT_FALSE(hop_of(twice, sid, key));
  EXPECT_FALSE(hop_of(HttpRequest(), sid, key));
  for (const std::string_view forged : {"", " ", "192.0.2.7", "192.0.2.7 secure whole",
                                        "192.0.2.7 secure whole 00", "192.0.2.7 secure whole "}) {
    EXPECT_FALSE(hop_of(with_header(forged), sid, key)) << forged;
  }
}

TEST(Hop, WithoutAKeyIsNoHop) {
  EXPECT_FALSE(hop_of(with_header(seal_hop(hop_from("192.0.2.7"), sid, "")), sid, ""));
}

TEST(PassedOnRequest, KeepsWhatIsTheOwnersAndLeavesOutWhatIsNot) {
  HttpRequest request;
  const auto framing = read_head(
      "POST /socket.io/?sid=x HTTP/1.1\r\nHost: clinic.example\r\nCookie: token=t\r\n"
      "Origin: https://clinic.example\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n"
      "Connection: keep-alive, X-Private\r\nX-Private: p\r\nTE: trailers\r\n"
      "X-Forwarded-For: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\nx-quickclinic-hop: forged\r\n\r\n",
      request);
  ASSERT_TRUE(framing);
  request.body = "40";

  EXPECT_EQ(format_passed_on(request, {*PeerAddress::parse("192.0.2.7"), false}, "sealed", false),
            "POST /socket.io/?sid=x HTTP/1.1\r\nHost: clinic.example\r\nCookie: token=t\r\n"
            "Origin: https://clinic.example\r\nContent-Type: text/plain\r\n"
            "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: http\r\n"
            "X-Quickclinic-Hop: sealed\r\nContent-Length: 2\r\n\r\n");
}

TEST(PassedOnRequest, AsksForAWebSocketAsItsClientDid) {
  HttpRequest request;
  ASSERT_TRUE(
      read_head("GET /socket.io/?sid=x HTTP/1.1\r\nHost: clinic.example\r\n"
                "Connection: Upgrade\r\nUpgrade: websocket\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                request));

  EXPECT_EQ(format_passed_on(request, {*PeerAddress::parse("::1"), true}, "sealed", true),
            "GET /socket.io/?sid=x HTTP/1.1\r\nHost: clinic.example\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "X-Forwarded-For: ::1\r\nX-Forwarded-Proto: https\r\nX-Quickclinic-Hop: sealed\r\n"
            "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
}

}  // namespace
}  // namespace quickclinic::transport
