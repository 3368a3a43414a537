#include "transport/websocket_handshake.hpp"

#include "transport/transport_error.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace quickclinic::transport {
namespace {

HttpRequest good_request() {
  HttpRequest request;
  request.method = "GET";
  request.upgrade_requested = true;
  request.headers.add("Host", "server.example.com");
  request.headers.add("Upgrade", "WebSocket");
  request.headers.add("Connection", "keep-alive, Upgrade");
  request.headers.add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
  request.headers.add("Sec-WebSocket-Version", "13");
  return request;
}

TEST(WebSocketHandshakeAccept, AnswersTheExampleOfTheRfc) {
  EXPECT_EQ(accept_websocket(good_request()).value(),
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
}

TEST(WebSocketHandshakeAccept, IgnoresOffers) {
  HttpRequest request = good_request();
  request.headers.add("Sec-WebSocket-Extensions", "constructor; a=" + std::string(5000, 'b'));
  request.headers.add("Sec-WebSocket-Protocol", "chat, superchat");

  EXPECT_EQ(accept_websocket(request).value(), accept_websocket(good_request()).value());
}

TEST(WebSocketHandshakeRefusal, TellsTheVersionWeSpeak) {
  HttpRequest request = good_request();
  request.headers.replace("Sec-WebSocket-Version", "8");

  const auto accepted = accept_websocket(request);

  ASSERT_FALSE(accepted);
  const HttpResponse answer = refuse_websocket(accepted.error());
  EXPECT_EQ(answer.status, 426U);
  EXPECT_TRUE(format(answer).contains("\r\nSec-WebSocket-Version: 13\r\n"));
}

TEST(WebSocketHandshakeRefusal, MeetsEveryMalformedRequest) {
  std::vector<HttpRequest> requests(9, good_request());
  requests[0].method = "POST";
  requests[1].version = 10;
  requests[2].upgrade_requested = false;
  requests[3].headers.replace("Upgrade", "h2c");
  requests[4].headers.replace("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ");
  requests[5].headers.replace("Sec-WebSocket-Key", "c2hvcnQ=");
  requests[6].headers.replace("Sec-WebSocket-Key", "");
  requests[7].headers.add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
  requests[8].body = "x";

  for (std::size_t i = 0; i < requests.size(); ++i) {
    const auto accepted = accept_websocket(requests[i]);
    ASSERT_FALSE(accepted) << i;
    EXPECT_EQ(accepted.error().code, make_error_code(TransportError::bad_handshake)) << i;
    EXPECT_EQ(refuse_websocket(accepted.error()).status, 400U) << i;
  }
}

}  // namespace
}  // namespace quickclinic::transport
