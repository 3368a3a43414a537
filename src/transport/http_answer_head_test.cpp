#include "transport/http_answer_head.hpp"

#include <gtest/gtest.h>

namespace quickclinic::transport {
namespace {

TEST(HttpAnswerHead, IsReadWithItsFraming) {
  const auto head = read_answer_head(
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\n"
      "Connection: close\r\n\r\n");

  ASSERT_TRUE(head);
  EXPECT_EQ(head->response.status, 200U);
  EXPECT_EQ(head->response.headers.at(0),
            (std::pair<std::string, std::string>("Content-Type", "text/plain")));
  EXPECT_EQ(head->content_length, 12U);
  EXPECT_FALSE(head->keep_alive);
}

TEST(HttpAnswerHead, NeedsNoLengthWhereThereIsNoBody) {
  EXPECT_TRUE(read_answer_head("HTTP/1.1 101 Switching Protocols\r\n\r\n"));
  EXPECT_TRUE(read_answer_head("HTTP/1.1 204 No Content\r\n\r\n"));
}

TEST(HttpAnswerHead, IsRefusedWhereItsEndIsUnclear) {
  for (const std::string_view wrong :
       {"", "\r\n\r\n", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n", "HTTP/1.1 20\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length 1\r\n\r\n"}) {
    EXPECT_FALSE(read_answer_head(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace quickclinic::transport
