#include "transport/http_parser.hpp"

#include "transport/transport_error.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::transport {
namespace {

using namespace std::string_literals;

struct Outcome {
  std::vector<HttpRequest> requests;
  std::error_code error;
  std::size_t taken = 0;
};

// Feeds `bytes` in pieces of `piece_bytes`, taking every request that is complete.
Outcome parse(std::string_view bytes, std::size_t piece_bytes, const HttpLimits& limits = {}) {
  Outcome outcome;
  HttpParser parser(limits);
  while (outcome.taken < bytes.size()) {
    const std::string_view piece = bytes.substr(outcome.taken, piece_bytes);
    const auto taken = parser.feed(piece);
    if (!taken) {
      outcome.error = taken.error().code;
      return outcome;
    }
    outcome.taken += *taken;
    if (parser.complete()) outcome.requests.push_back(parser.take());
  }
  return outcome;
}

Outcome parse(std::string_view bytes) { return parse(bytes, bytes.size()); }

std::string flat(const HttpRequest& request) {
  std::string text = request.method + " " + request.target + " [" + request.path + "|" +
                     request.query + "] " + std::to_string(request.version) +
                     (request.keep_alive ? " keep" : " close") +
                     (request.upgrade_requested ? " upgrade" : "");
  for (const Header header : request.headers)
    text.append("\n").append(header.name).append("=").append(header.value);
  return text + "\n\n" + request.body;
}

TEST(HttpParserSkip, KeepsTheBeginningOfALargeBodyAndLooksThroughAllOfIt) {
  const std::string body = "42[\"send\"," + std::string(5000, 'x') + "]";
  for (const std::string& sent : {body, body + "\x1e" + "4next"}) {
    const std::string head =
        "POST /socket.io/ HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(sent.size()) +
        "\r\n\r\n";
    HttpParser parser;
    ASSERT_EQ(parser.feed(head).value(), head.size());
    ASSERT_TRUE(
        parser.set_body_limit(100, {.body_bytes_max = 10'000, .kept_bytes = 8, .mark = '\x1e'}));
    for (std::size_t at = 0; at < sent.size();)
      at += parser.feed(std::string_view(sent).substr(at, 777)).value();

    ASSERT_TRUE(parser.complete());
    const HttpRequest request = parser.take();
    EXPECT_TRUE(request.body_cut);
    EXPECT_EQ(request.body, "42[\"send");
    EXPECT_EQ(request.body_marked, sent != body);
    EXPECT_EQ(parser.feed("GET / HTTP/1.1\r\nHost: a\r\n\r\n").value(), 27U);
    EXPECT_TRUE(parser.complete());
    EXPECT_FALSE(parser.take().body_cut);
  }
}

TEST(HttpParserSkip, StillRefusesABodyAboveItsOwnBound) {
  HttpParser parser;
  ASSERT_TRUE(parser.feed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10001\r\n\r\n"));

  EXPECT_FALSE(parser.set_body_limit(100, {.body_bytes_max = 10'000}));
}

TEST(HttpParserRequest, HasItsParts) {
  const Outcome outcome = parse(
      "POST /socket.io/?EIO=4&sid=a HTTP/1.1\r\nHost: clinic:4000\r\nContent-Length: 5\r\nX-A:  "
      "padded \r\n\r\nhello");

  ASSERT_EQ(outcome.requests.size(), 1U);
  EXPECT_EQ(flat(outcome.requests[0]),
            "POST /socket.io/?EIO=4&sid=a [/socket.io/|EIO=4&sid=a] 11 keep\n"
            "Host=clinic:4000\nContent-Length=5\nX-A=padded\n\nhello");
}

TEST(HttpParserRequest, LeavesTheNextOneInThePipeline) {
  const std::string one = "GET /one HTTP/1.1\r\nHost: x\r\n\r\n";
  HttpParser parser;

  const auto taken = parser.feed(one + "GET /two HTTP/1.1\r\n");

  EXPECT_EQ(taken.value(), one.size());
  EXPECT_TRUE(parser.complete());
  EXPECT_EQ(parser.take().path, "/one");
  EXPECT_FALSE(parser.started());
}

TEST(HttpParserRequest, StopsAtTheEndOfItsHead) {
  const std::string head =
      "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
  HttpParser parser;

  EXPECT_EQ(parser.feed(head + "ab").value(), head.size());
  EXPECT_TRUE(parser.headers_complete());
  EXPECT_FALSE(parser.complete());
  EXPECT_TRUE(parser.started());
  EXPECT_TRUE(parser.head().expects_continue());

  EXPECT_EQ(parser.feed("ab").value(), 2U);
  EXPECT_TRUE(parser.complete());
}

TEST(HttpParserRequest, MayBeginWithOneEmptyLine) {
  EXPECT_EQ(parse("\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n").requests.size(), 1U);
  EXPECT_EQ(parse("\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n").error,
            TransportError::bad_request_line);
}

TEST(HttpParserTarget, InAbsoluteFormBecomesPathAndHost) {
  const Outcome outcome = parse("GET HTTP://clinic:1?a=b HTTP/1.1\r\nHost: other\r\n\r\n");

  ASSERT_EQ(outcome.requests.size(), 1U);
  EXPECT_EQ(flat(outcome.requests[0]), "GET /?a=b [/|a=b] 11 keep\nHost=clinic:1\n\n");
}

TEST(HttpParserConnection, FollowsTheVersionAndTheHeader) {
  const auto kept = [](std::string_view head) { return parse(head).requests.at(0).keep_alive; };

  EXPECT_TRUE(kept("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_FALSE(kept("GET / HTTP/1.1\r\nHost: x\r\nConnection: x, Close\r\n\r\n"));
  EXPECT_FALSE(kept("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_TRUE(kept("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
}

TEST(HttpParserUpgrade, NeedsBothHeaders) {
  const auto asked = [](std::string_view headers) {
    return parse("GET / HTTP/1.1\r\nHost: x\r\n" + std::string(headers) + "\r\n")
        .requests.at(0)
        .upgrade_requested;
  };

  EXPECT_TRUE(asked("Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"));
  EXPECT_FALSE(asked("Connection: Upgrade\r\n"));
  EXPECT_FALSE(asked("Upgrade: websocket\r\n"));
}

TEST(HttpParserChunks, AreJoined) {
  const Outcome outcome = parse(
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5\r\nhello\r\n006;ext=\"v;\"\r\n world\r\n0;last\r\nContent-Length: 3\r\nAuthorization: "
      "x\r\n\r\n");

  ASSERT_EQ(outcome.requests.size(), 1U);
  EXPECT_EQ(outcome.requests[0].body, "hello world");
  EXPECT_EQ(outcome.requests[0].header("Authorization"), std::nullopt);
}

const std::string good_chunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";

struct Refusal {
  const char* name;
  std::string bytes;
  TransportError error;
};

std::string get_with(const std::string& headers) {
  return "GET / HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n\r\n";
}
std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

using enum TransportError;

const std::vector<Refusal> refusals = {
    {"garbage", "\x01\x02\x03", bad_request_line},
    {"TLS hello", "\x16\x03\x01\x02\x00\x01"s, bad_request_line},
    {"HTTP/0.9", "GET /\r\n", bad_request_line},
    {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", unsupported_version},
    {"HTTP/1.2", "GET / HTTP/1.2\r\n", unsupported_version},
    {"no such version", "GET / HTTP/11\r\n", bad_request_line},
    {"lower-case protocol", "GET / http/1.1\r\n", bad_request_line},
    {"space after the version", "GET / HTTP/1.1 \r\n", bad_request_line},
    {"two spaces", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n", bad_target},
    {"space in the target", "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", bad_request_line},
    {"tab for space", "GET\t/ HTTP/1.1\r\n", bad_request_line},
    {"bad method", "G(T / HTTP/1.1\r\nHost: x\r\n\r\n", bad_request_line},
    {"bare line feed", "GET / HTTP/1.1\nHost: x\n\n", bad_request_line},
    {"bare carriage return", "GET / HTTP/1.1\rHost: x\r\n\r\n", bad_request_line},
    {"NUL in the target", "GET /\0 HTTP/1.1\r\n"s, bad_request_line},
    {"relative target", "GET path HTTP/1.1\r\nHost: x\r\n\r\n", bad_target},
    {"authority form", "CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", bad_target},
    {"star for GET", "GET * HTTP/1.1\r\nHost: x\r\n\r\n", bad_target},
    {"fragment", "GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n", bad_target},
    {"user in the authority", "GET http://u@x/ HTTP/1.1\r\nHost: x\r\n\r\n", bad_target},
    {"empty authority", "GET http:/// HTTP/1.1\r\nHost: x\r\n\r\n", bad_target},
    {"long request line", "GET /" + std::string(8192, 'a'), headers_too_large},
    {"endless header", get_with("X: " + std::string(17'000, 'a')), headers_too_large},
    {"many headers", get_with(repeated("A: b\r\n", 100)), headers_too_large},
    {"no host", "GET / HTTP/1.1\r\n\r\n", bad_host},
    {"empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", bad_host},
    {"two hosts", get_with("Host: x"), bad_host},
    {"list of hosts", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", bad_host},
    {"path in host", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", bad_host},
    {"space before the colon", get_with("Name : x"), bad_header},
    {"no colon", get_with("Name"), bad_header},
    {"empty name", get_with(": x"), bad_header},
    {"folded line", get_with("A: b\r\n c: d"), bad_header},
    {"space before the first header", "GET / HTTP/1.1\r\n Host: x\r\n\r\n", bad_header},
    {"NUL in a header", get_with("A: \0"s), bad_header},
    {"control byte in a header", get_with("A: \x1b[0m"), bad_header},
    {"bare line feed in a header", get_with("A: b\nC: d"), bad_header},
    {"negative length", get_with("Content-Length: -1"), bad_content_length},
    {"signed length", get_with("Content-Length: +1"), bad_content_length},
    {"hexadecimal length", get_with("Content-Length: 0x1"), bad_content_length},
    {"empty length", get_with("Content-Length:"), bad_content_length},
    {"list of lengths", get_with("Content-Length: 1, 1"), bad_content_length},
    {"length past 64 bits", get_with("Content-Length: 18446744073709551616"), bad_content_length},
    {"two equal lengths", get_with("Content-Length: 1\r\nContent-Length: 1"), bad_content_length},
    {"two lengths", get_with("Content-Length: 1\r\nContent-Length: 2"), bad_content_length},
    {"length, then coding", get_with("Content-Length: 1\r\nTransfer-Encoding: chunked"),
     bad_transfer_encoding},
    {"coding, then length", get_with("Transfer-Encoding: chunked\r\nContent-Length: 1"),
     bad_content_length},
    {"unknown coding", get_with("Transfer-Encoding: gzip"), bad_transfer_encoding},
    {"coding before chunked", get_with("Transfer-Encoding: gzip, chunked"), bad_transfer_encoding},
    {"coding after chunked", get_with("Transfer-Encoding: chunked, identity"),
     bad_transfer_encoding},
    {"coding twice", get_with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
     bad_transfer_encoding},
    {"two codings", get_with("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked"),
     bad_transfer_encoding},
    {"quoted coding", get_with("Transfer-Encoding: \"chunked\""), bad_transfer_encoding},
    {"coding in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
     bad_transfer_encoding},
    {"large body", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000001\r\n\r\na",
     body_too_large},
    {"large chunk", good_chunked + "F4241\r\n", body_too_large},
    {"huge chunk", good_chunked + "ffffffffffffffff1\r\n", body_too_large},
    {"no chunk size", good_chunked + "\r\n", bad_chunk},
    {"negative chunk size", good_chunked + "-1\r\n", bad_chunk},
    {"prefixed chunk size", good_chunked + "0x1\r\n", bad_chunk},
    {"space after the chunk size", good_chunked + "1 \r\n", bad_chunk},
    {"chunk longer than its size", good_chunked + "1\r\nab\r\n", bad_chunk},
    {"bare line feed after the chunk size", good_chunked + "1\na\r\n", bad_chunk},
    {"NUL in an extension", good_chunked + "1;\0\r\n"s, bad_chunk},
    {"endless extension", good_chunked + "1;" + std::string(20'000, 'e'), bad_chunk},
    {"endless leading zeros", good_chunked + std::string(20'000, '0'), bad_chunk},
    {"endless trailers", good_chunked + "0\r\n" + repeated("A: b\r\n", 5000), bad_chunk},
    {"flood of extensions",
     good_chunked + repeated("1;" + std::string(100, 'e') + "\r\na\r\n", 1000), bad_chunk},
};

TEST(HttpParserRefusal, GivesEachMalformedRequestItsError) {
  for (const Refusal& refusal : refusals) {
    const Outcome outcome = parse(refusal.bytes);

    EXPECT_EQ(outcome.error, make_error_code(refusal.error))
        << refusal.name << ": " << outcome.error.message();
    EXPECT_TRUE(outcome.requests.empty()) << refusal.name;
  }
}

TEST(HttpParserRefusal, IsTheSameByteByByte) {
  for (const Refusal& refusal : refusals) {
    EXPECT_EQ(parse(refusal.bytes, 1).error, make_error_code(refusal.error)) << refusal.name;
  }
}

TEST(HttpParserRefusal, LastsForEver) {
  HttpParser parser;
  ASSERT_FALSE(parser.feed("\x01"));

  EXPECT_FALSE(parser.feed("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
}

TEST(HttpParserPieces, GiveTheSameRequestsWhateverTheirSize) {
  const std::string bytes =
      "\r\nGET /a?b HTTP/1.1\r\nHost: x\r\n\r\n" + good_chunked +
      "5;e\r\nhello\r\n0\r\nT: t\r\n\r\n" +
      "POST /c HTTP/1.0\r\nContent-Length: 10\r\nConnection: keep-alive\r\n\r\n0123456789" +
      "GET http://y/z HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n";
  const Outcome whole = parse(bytes);
  ASSERT_EQ(whole.requests.size(), 4U);

  for (std::size_t size = 1; size < bytes.size(); ++size) {
    const Outcome pieces = parse(bytes, size);
    ASSERT_EQ(pieces.requests.size(), whole.requests.size()) << size;
    for (std::size_t i = 0; i < whole.requests.size(); ++i) {
      EXPECT_EQ(flat(pieces.requests[i]), flat(whole.requests[i])) << size;
    }
  }
}

TEST(HttpParserLimits, AreMetExactly) {
  const HttpLimits limits{
      .request_line_bytes_max = 20, .header_bytes_max = 40, .headers_max = 2, .body_bytes_max = 3};
  const std::string line = "GET /6789 HTTP/1.1\r\n";
  const std::string fits = "GET /67890 HTTP/1.1\r\nHost: x\r\nA: b\r\n\r\n";

  EXPECT_FALSE(parse(fits, 1000, limits).error);
  EXPECT_EQ(parse("GET /6789012 HTTP/1.1\r\n", 1000, limits).error, headers_too_large);
  EXPECT_EQ(parse(line + "Host: x\r\nA: b\r\nB: c\r\n\r\n", 1000, limits).error, headers_too_large);
  EXPECT_EQ(parse(line + "Host: x\r\nA: " + std::string(40, 'a'), 1000, limits).error,
            headers_too_large);
  EXPECT_FALSE(parse(line + "Host: x\r\nContent-Length: 3\r\n\r\nabc", 1000, limits).error);
  EXPECT_EQ(parse(line + "Host: x\r\nContent-Length: 4\r\n\r\nabcd", 1000, limits).error,
            body_too_large);
}

TEST(HttpParserLimits, TakeTheBodyLimitOfTheRoute) {
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n";
  HttpParser roomy(HttpLimits{.body_bytes_max = 5});
  HttpParser strict;
  ASSERT_TRUE(roomy.feed(head));
  ASSERT_TRUE(strict.feed(head));

  EXPECT_TRUE(roomy.set_body_limit(10));
  EXPECT_EQ(roomy.feed("0123456789").value(), 10U);
  const auto refused = strict.set_body_limit(9);

  ASSERT_FALSE(refused);
  EXPECT_EQ(http_status(refused.error()), 413U);
  EXPECT_FALSE(strict.feed("0123456789"));
}

TEST(HttpParserLimits, HoldForTheSumOfTheChunks) {
  const HttpLimits limits{.body_bytes_max = 5};

  EXPECT_FALSE(parse(good_chunked + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", 1000, limits).error);
  EXPECT_EQ(parse(good_chunked + "3\r\nabc\r\n3\r\n", 1000, limits).error, body_too_large);
}

}  // namespace
}  // namespace quickclinic::transport
