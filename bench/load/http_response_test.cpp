#include "load/http_response.hpp"

#include <gtest/gtest.h>

namespace quickclinic::load {
namespace {

using State = ResponseScan::State;

TEST(ResponseScanBody, EndsWhereContentLengthSays) {
  const std::string bytes =
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\ncontent-LENGTH: 2\r\n\r\nokHTTP";

  const ResponseScan scan = scan_response(bytes);

  EXPECT_EQ(scan.state, State::whole);
  EXPECT_EQ(scan.status, 200);
  EXPECT_EQ(scan.body, "ok");
  EXPECT_EQ(scan.size, bytes.size() - 4);
}

TEST(ResponseScanBody, IsWaitedForByteByByte) {
  const std::string bytes = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    EXPECT_EQ(scan_response(std::string_view(bytes).substr(0, cut)).state, State::partial) << cut;
  }
}

TEST(ResponseScanBody, IsEmptyWhenTheProtocolsSwitch) {
  const std::string head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";

  const ResponseScan scan = scan_response(head + "\x81");

  EXPECT_EQ(scan.state, State::whole);
  EXPECT_EQ(scan.status, 101);
  EXPECT_EQ(scan.size, head.size());
}

TEST(ResponseScan, RefusesWhatItCannotDelimit) {
  EXPECT_EQ(scan_response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").state,
            State::bad);
  EXPECT_EQ(scan_response("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n").state, State::bad);
  EXPECT_EQ(scan_response("SMTP ready\r\n\r\n").state, State::bad);
  EXPECT_EQ(scan_response(std::string(20000, 'x')).state, State::bad);
}

TEST(ResponseField, IsFoundWhateverTheCaseOfItsName) {
  EXPECT_EQ(field("HTTP/1.1 101 X\r\nSEC-WebSocket-Accept:  abc\r\nB: c", "sec-websocket-accept"),
            "abc");
  EXPECT_EQ(field("HTTP/1.1 101 X\r\nEmpty:\r\nB: c", "empty"), "");
  EXPECT_EQ(field("HTTP/1.1 101 X\r\nB: c", "d"), "");
}

}  // namespace
}  // namespace quickclinic::load
