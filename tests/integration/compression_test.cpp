#include "tests/integration/echo_server.hpp"
#include "tests/support/polling_client.hpp"
#include "transport/test_inflate.hpp"

#include <gtest/gtest.h>

namespace quickclinic::testing {
namespace {

constexpr std::string_view accepts_gzip = "Accept-Encoding: gzip\r\n";

// An `echo` of `bytes` bytes of text.
std::string echo_of(std::size_t bytes) {
  return "42[\"echo\",\"" + std::string(bytes, 'x') + "\"]";
}

class HttpCompression : public ::testing::Test {
 protected:
  EchoServer echo{1};
};

TEST_F(HttpCompression, SendsALargePollingAnswerInTheCodingOfTheGet) {
  PollingClient client(echo.port());
  client.join();

  client.post(echo_of(2000));
  const HttpAnswer gzipped = client.poll(accepts_gzip);
  client.post(echo_of(2000));
  const HttpAnswer plain = client.poll("Accept-Encoding: gzip;q=0\r\n");

  EXPECT_EQ(gzipped.headers.at("content-encoding"), "gzip");
  EXPECT_EQ(gzipped.headers.at("vary"), "Accept-Encoding");
  EXPECT_EQ(transport::inflate_body(gzipped.body), echo_of(2000));
  EXPECT_FALSE(plain.headers.contains("content-encoding"));
  EXPECT_EQ(plain.body, echo_of(2000));
}

TEST_F(HttpCompression, RemembersTheCodingOfAGetThatWaits) {
  PollingClient client(echo.port());
  client.join();

  client.gets().send("GET", client.target(), {}, accepts_gzip);
  client.post(echo_of(2000));

  EXPECT_EQ(transport::inflate_body(client.finish_poll().body), echo_of(2000));
}

TEST_F(HttpCompression, LeavesASmallPollingAnswerAlone) {
  PollingClient client(echo.port());
  client.join();

  client.post(echo_of(1000));

  EXPECT_EQ(client.poll(accepts_gzip).body, echo_of(1000));
}

TEST_F(HttpCompression, IsThereForTheRoutesOfTheApplication) {
  HttpClient client(echo.port());

  const HttpAnswer gzipped = client.request("GET", "/large", {}, accepts_gzip);
  const HttpAnswer plain = client.request("GET", "/large");

  EXPECT_EQ(transport::inflate_body(gzipped.body), std::string(5000, 'a'));
  EXPECT_EQ(plain.body, std::string(5000, 'a'));
}

TEST(HttpCompressionOff, LeavesEverythingAlone) {
  EchoServer echo(1, [](transport::Options& options) { options.http_compression.enabled = false; });
  PollingClient client(echo.port());
  client.join();

  client.post(echo_of(2000));
  const HttpAnswer answer = client.poll(accepts_gzip);

  EXPECT_EQ(answer.body, echo_of(2000));
  EXPECT_FALSE(answer.headers.contains("vary"));
}

}  // namespace
}  // namespace quickclinic::testing
