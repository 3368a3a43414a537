#include "server/web/site.hpp"

#include "server/web/test_pack.hpp"

#include <gtest/gtest.h>

#include <string>

namespace quickclinic::web {
namespace {

class SiteAnswer : public testing::Test {
 protected:
  transport::HttpResponse get(std::string_view target, const transport::HeaderList& headers = {},
                              std::string_view method = "GET", bool over_tls = false) const {
    transport::HttpRequest request;
    request.method = method;
    request.path = target.substr(0, target.find('?'));
    if (target.contains('?')) request.query = target.substr(target.find('?') + 1);
    for (const auto& [name, value] : headers) request.headers.add(name, value);
    return site.answer(request, over_tls).value_or(transport::HttpResponse{.status = 0});
  }
  static std::string header(const transport::HttpResponse& response, std::string_view name) {
    for (const auto& [given, value] : response.headers) {
      if (given == name) return value;
    }
    return "";
  }
  std::string coding(std::string_view accept) const {
    const auto response = get("/", {{"Accept-Encoding", std::string(accept)}});
    return header(response, "Content-Encoding") + ":" + std::string(response.lasting_body);
  }

  const std::string bytes = test::small_pack();
  const Site site{Pack::read(bytes).value()};
};

TEST_F(SiteAnswer, GivesAPageThatIsAskedForAgain) {
  const auto page = get("/login");

  EXPECT_EQ(page.status, 200U);
  EXPECT_EQ(page.lasting_body, "login");
  EXPECT_EQ(header(page, "Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(header(page, "Cache-Control"), "no-cache");
  EXPECT_EQ(header(page, "ETag"), "\"login\"");
  EXPECT_EQ(header(page, "Vary"), "");
}

TEST_F(SiteAnswer, GivesAnAssetForever) {
  const auto asset = get("/_next/static/a.js");

  EXPECT_EQ(header(asset, "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(header(asset, "Vary"), "Accept-Encoding");
  EXPECT_EQ(header(asset, "Content-Security-Policy"), "");
  EXPECT_EQ(header(asset, "X-Content-Type-Options"), "nosniff");
}

TEST_F(SiteAnswer, CopiesNothing) {
  const auto page = get("/login");

  EXPECT_GE(page.lasting_body.data(), bytes.data());
  EXPECT_LT(page.lasting_body.data(), bytes.data() + bytes.size());
}

TEST_F(SiteAnswer, TravelsAsTheClientLikesItBest) {
  EXPECT_EQ(coding("gzip, deflate, br, zstd"), "br:home br");
  EXPECT_EQ(coding("br;q=0.5, gzip"), "gzip:home gzip");
  EXPECT_EQ(coding("*"), "br:home br");
  EXPECT_EQ(coding("br;q=0, *"), "gzip:home gzip");
  EXPECT_EQ(coding("identity, br;q=0.9"), ":home in full");
  EXPECT_EQ(coding("identity;q=0.5, gzip;q=0.5"), "gzip:home gzip");
  EXPECT_EQ(coding("deflate"), ":home in full");
  EXPECT_EQ(coding("br;q=0"), ":home in full");
  EXPECT_EQ(coding(""), ":home in full");
}

TEST_F(SiteAnswer, SaysNotModifiedToWhoHasThatVeryBody) {
  const auto same = get("/", {{"If-None-Match", "\"home br\""}, {"Accept-Encoding", "br"}});
  const auto other = get("/", {{"If-None-Match", "\"home br\""}, {"Accept-Encoding", "gzip"}});

  EXPECT_EQ(same.status, 304U);
  EXPECT_EQ(same.lasting_body, "");
  EXPECT_EQ(header(same, "ETag"), "\"home br\"");
  EXPECT_EQ(header(same, "Vary"), "Accept-Encoding");
  EXPECT_NE(header(same, "Content-Security-Policy"), "");
  EXPECT_EQ(other.status, 200U);
}

TEST_F(SiteAnswer, GuardsAPage) {
  const auto page = get("/login", {{"Host", "clinic.example:4000"}});

  EXPECT_EQ(header(page, "Content-Security-Policy"),
            "default-src /login.html; connect-src 'self' ws://clinic.example:4000");
  EXPECT_EQ(header(page, "Referrer-Policy"), "same-origin");
  EXPECT_EQ(header(page, "Cross-Origin-Opener-Policy"), "same-origin");
  EXPECT_TRUE(header(page, "Permissions-Policy").contains("microphone=()"));
  EXPECT_EQ(header(page, "Strict-Transport-Security"), "");
}

TEST_F(SiteAnswer, IsStricterOverTls) {
  const auto page = get("/login", {{"Host", "clinic.example"}}, "GET", true);

  EXPECT_EQ(header(page, "Strict-Transport-Security"), "max-age=31536000");
  EXPECT_TRUE(header(page, "Content-Security-Policy").ends_with(" 'self' wss://clinic.example"));
}

TEST_F(SiteAnswer, LetsNoHostWriteThePolicy) {
  for (const char* host : {"a.example; script-src *", "a b", "*", "[::1]:4000", "a'b", ""}) {
    const auto page = get("/login", {{"Host", host}});

    EXPECT_TRUE(header(page, "Content-Security-Policy").ends_with("connect-src 'self'")) << host;
  }
}

TEST_F(SiteAnswer, ShowsAPageForWhatIsNotThere) {
  const auto page = get("/nowhere", {{"If-None-Match", "*"}});

  EXPECT_EQ(page.status, 404U);
  EXPECT_EQ(page.lasting_body, "not there");
  EXPECT_EQ(header(page, "Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(header(page, "ETag"), "");
  EXPECT_NE(header(page, "Content-Security-Policy"), "");
}

TEST_F(SiteAnswer, ShowsTheWayFromASlashTooMany) {
  const auto login = get("/login/?next=%2Fdoctor");

  EXPECT_EQ(login.status, 308U);
  EXPECT_EQ(header(login, "Location"), "/login?next=%2Fdoctor");
  EXPECT_EQ(header(get("/doctor/chat/c1/"), "Location"), "/doctor/chat/c1");
  for (const char* path :
       {"/login//", "//login/", "//evil.example/", "/%2Flogin/", "/_next/static/a.js/"}) {
    EXPECT_EQ(get(path).status, 404U) << path;
  }
}

TEST_F(SiteAnswer, TakesNothing) {
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "get"}) {
    const auto refused = get("/login", {}, method);

    EXPECT_EQ(refused.status, 405U) << method;
    EXPECT_EQ(header(refused, "Allow"), "GET, HEAD");
    EXPECT_EQ(get("/nowhere", {}, method).status, 0U) << method;
  }
  EXPECT_EQ(get("/login", {}, "HEAD").status, 200U);
}

}  // namespace
}  // namespace quickclinic::web
