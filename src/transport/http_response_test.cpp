#include "transport/http_response.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace quickclinic::transport {
namespace {

// The response without its Date line, which every response has.
std::string without_date(std::string text) {
  const auto begin = text.find("Date: ");
  EXPECT_NE(begin, std::string::npos);
  const auto end = text.find("\r\n", begin) + 2;
  return text.erase(begin, end - begin);
}

TEST(HttpResponseFormat, WritesHeadAndBody) {
  const HttpResponse response{
      .status = 200, .headers = {{"Content-Type", "text/plain"}}, .body = "ok"};

  EXPECT_EQ(without_date(format(response)),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nConnection: "
            "keep-alive\r\n\r\nok");
}

TEST(HttpResponseFormat, AnnouncesTheBodyToHead) {
  const HttpResponse response{.status = 404, .body = "nothing", .close = true};

  EXPECT_EQ(without_date(format(response, true)),
            "HTTP/1.1 404 Not Found\r\nContent-Length: 7\r\nConnection: close\r\n\r\n");
}

TEST(HttpResponseFormat, TakesALastingBodyForTheBody) {
  const HttpResponse response{.status = 200, .lasting_body = "ok"};

  EXPECT_EQ(without_date(format(response)),
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok");
  EXPECT_EQ(without_date(format(response, true)),
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\n");
}

TEST(HttpResponseFormat, GivesNoContentToNoContent) {
  EXPECT_EQ(without_date(format({.status = 204, .body = "x"})),
            "HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n");
}

TEST(HttpResponseFormat, DropsHeadersThatWouldWriteHeaders) {
  const HttpResponse response{.headers = {{"A", "b\r\nSet-Cookie: x"},
                                          {"B\r\nC", "d"},
                                          {"E", std::string("\0", 1)},
                                          {"", "f"},
                                          {"Kept", "y"}}};

  EXPECT_EQ(without_date(format(response)),
            "HTTP/1.1 200 OK\r\nKept: y\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n");
}

TEST(HttpResponseFormat, KeepsTheFramingToItself) {
  const HttpResponse response{
      .headers = {{"content-length", "99"}, {"Transfer-Encoding", "chunked"}}};

  EXPECT_EQ(without_date(format(response)),
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n");
}

TEST(HttpDate, IsTheFixedFormat) {
  using namespace std::chrono;

  EXPECT_EQ(http_date(sys_days(year(1994) / 11 / 6) + 8h + 49min + 37s + 999ms),
            "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(http_date(sys_days(year(2026) / 2 / 28) + 23h), "Sat, 28 Feb 2026 23:00:00 GMT");
}

}  // namespace
}  // namespace quickclinic::transport
