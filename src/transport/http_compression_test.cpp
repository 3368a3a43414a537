#include "transport/http_compression.hpp"

#include "transport/test_inflate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace quickclinic::transport {
namespace {

using Lines = std::vector<std::string>;

ContentCoding preferred(const Lines& accept_encoding) {
  Headers headers;
  for (const std::string& value : accept_encoding) headers.add("accept-encoding", value);
  return preferred_coding(headers);
}

TEST(ContentCodingChoice, TakesTheHighestQuality) {
  EXPECT_EQ(preferred({"gzip, deflate"}), ContentCoding::gzip);
  EXPECT_EQ(preferred({"deflate, gzip"}), ContentCoding::gzip);
  EXPECT_EQ(preferred({"deflate"}), ContentCoding::deflate);
  EXPECT_EQ(preferred({"gzip;q=0.5, deflate;q=0.8"}), ContentCoding::deflate);
  EXPECT_EQ(preferred({"GZIP ; Q=0.001"}), ContentCoding::gzip);
  EXPECT_EQ(preferred({"x-gzip"}), ContentCoding::gzip);
  EXPECT_EQ(preferred({"br", "deflate;q=1.0"}), ContentCoding::deflate);
  EXPECT_EQ(preferred({"*"}), ContentCoding::gzip);
  EXPECT_EQ(preferred({"gzip;q=0, *"}), ContentCoding::deflate);
  EXPECT_EQ(preferred({"gzip;q=0.5, identity;q=0.5"}), ContentCoding::gzip);
}

TEST(ContentCodingChoice, UsesNothingThatIsNotWanted) {
  EXPECT_EQ(preferred({}), ContentCoding::identity);
  EXPECT_EQ(preferred({""}), ContentCoding::identity);
  EXPECT_EQ(preferred({"br, zstd"}), ContentCoding::identity);
  EXPECT_EQ(preferred({"gzip;q=0"}), ContentCoding::identity);
  EXPECT_EQ(preferred({"gzip;q=0.000, deflate; q=0"}), ContentCoding::identity);
  EXPECT_EQ(preferred({"*;q=0"}), ContentCoding::identity);
  EXPECT_EQ(preferred({"identity, gzip;q=0.9"}), ContentCoding::identity);
}

TEST(ContentCodingChoice, TakesAMalformedQualityForARefusal) {
  for (const char* quality :
       {"q=", "q=2", "q=1.5", "q=0.1234", "q=-1", "q=.5", "q=0,5", "x=1", ""}) {
    EXPECT_EQ(preferred({std::string("gzip;") + quality}), ContentCoding::identity) << quality;
  }
}

TEST(ContentCodingWishes, AreThoseOfTheNameElseOfTheStar) {
  Headers headers;
  headers.add("Accept-Encoding", "br;q=0.9, gzip;q=0");
  headers.add("Accept-Encoding", "*;q=0.5");

  const CodingWishes wishes = coding_wishes(headers);

  EXPECT_EQ(wishes.brotli, 900);
  EXPECT_EQ(wishes.gzip, 0);
  EXPECT_EQ(wishes.deflate, 500);
  EXPECT_EQ(wishes.identity, -1);
  EXPECT_EQ(coding_wishes({}).brotli, -1);
}

HttpResponse response_of(std::size_t bytes) {
  return {.status = 200, .headers = {}, .body = std::string(bytes, 'a')};
}

std::string header(const HttpResponse& response, std::string_view name) {
  const auto found =
      std::ranges::find(response.headers, name, [](const auto& h) { return h.first; });
  return found == response.headers.end() ? "" : found->second;
}

TEST(HttpCompressorBody, TravelsInTheCodingOfTheClient) {
  HttpCompressor compressor({});
  HttpResponse gzipped = response_of(5000);
  HttpResponse deflated = response_of(5000);

  compressor.compress(gzipped, ContentCoding::gzip);
  compressor.compress(deflated, ContentCoding::deflate);

  EXPECT_EQ(header(gzipped, "Content-Encoding"), "gzip");
  EXPECT_EQ(header(gzipped, "Vary"), "Accept-Encoding");
  EXPECT_LT(gzipped.body.size(), 100U);
  EXPECT_EQ(inflate_body(gzipped.body), std::string(5000, 'a'));
  EXPECT_EQ(gzipped.body.substr(0, 2), "\x1f\x8b");
  EXPECT_EQ(header(deflated, "Content-Encoding"), "deflate");
  EXPECT_EQ(inflate_body(deflated.body), std::string(5000, 'a'));
}

TEST(HttpCompressorBody, DoesNotDependOnTheOneBefore) {
  HttpCompressor compressor({});
  HttpResponse first = response_of(5000);
  HttpResponse second = response_of(5000);

  compressor.compress(first, ContentCoding::gzip);
  compressor.compress(second, ContentCoding::gzip);

  EXPECT_EQ(first.body, second.body);
}

TEST(HttpCompressorBody, IsLeftAloneBelowTheThreshold) {
  HttpCompressor compressor({});
  HttpResponse below = response_of(1023);
  HttpResponse at = response_of(1024);

  compressor.compress(below, ContentCoding::gzip);
  compressor.compress(at, ContentCoding::gzip);

  EXPECT_EQ(below.body.size(), 1023U);
  EXPECT_TRUE(below.headers.empty());
  EXPECT_LT(at.body.size(), 1024U);
}

TEST(HttpCompressorBody, IsLeftAloneWhereItWouldNotBecomeSmaller) {
  HttpCompressor compressor({});
  HttpResponse response = response_of(0);
  std::uint32_t state = 1;
  for (int i = 0; i < 3000; ++i) {
    state = state * 1664525 + 1013904223;
    response.body += static_cast<char>(state >> 24);
  }
  const std::string before = response.body;

  compressor.compress(response, ContentCoding::gzip);

  EXPECT_EQ(response.body, before);
  EXPECT_EQ(header(response, "Content-Encoding"), "");
}

TEST(HttpCompressorBody, IsLeftAloneWhenItIsCompressedAlready) {
  HttpCompressor compressor({});
  HttpResponse response = response_of(5000);
  response.headers.emplace_back("content-encoding", "br");

  compressor.compress(response, ContentCoding::gzip);

  EXPECT_EQ(response.body.size(), 5000U);
}

TEST(HttpCompressorBody, TellsCachesThatItVariesEvenWhenItIsPlain) {
  HttpCompressor compressor({});
  HttpResponse response = response_of(5000);

  compressor.compress(response, ContentCoding::identity);

  EXPECT_EQ(response.body.size(), 5000U);
  EXPECT_EQ(header(response, "Vary"), "Accept-Encoding");
}

TEST(HttpCompressorBody, HasNoStrongTagAnyMore) {
  HttpCompressor compressor({});
  HttpResponse response = response_of(5000);
  response.headers.emplace_back("ETag", "\"1\"");

  compressor.compress(response, ContentCoding::gzip);

  EXPECT_EQ(header(response, "ETag"), "W/\"1\"");
}

TEST(HttpCompressorBody, IsLeftAloneWhenCompressionIsOff) {
  HttpCompressor compressor({.enabled = false});
  HttpResponse response = response_of(5000);

  compressor.compress(response, ContentCoding::gzip);

  EXPECT_EQ(response.body.size(), 5000U);
  EXPECT_TRUE(response.headers.empty());
}

}  // namespace
}  // namespace quickclinic::transport
