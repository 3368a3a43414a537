#include "server/origins.hpp"

#include <gtest/gtest.h>

namespace quickclinic::server {
namespace {

class Origins : public ::testing::Test {
 protected:
  Origins() {
    settings.frontend_origins = {*settings::OriginPattern::parse("https://app.clinic.example"),
                                 *settings::OriginPattern::parse("http://localhost:3000"),
                                 *settings::OriginPattern::parse("https://*.wards.example")};
  }

  transport::OriginVerdict verdict(std::string_view origin,
                                   std::string_view host = "chat.clinic.example:4000") const {
    transport::HttpRequest request;
    request.headers.add("Host", host);
    request.headers.add("Origin", origin);
    return origin_policy(settings)(request);
  }

  settings::Settings settings;
};

TEST_F(Origins, OfTheFrontEndMayUseCredentials) {
  for (const std::string_view known :
       {"https://app.clinic.example", "http://localhost:3000", "https://east.wards.example"}) {
    const transport::OriginVerdict answer = verdict(known);
    EXPECT_FALSE(answer.refused) << known;
    EXPECT_EQ(answer.allow_origin, known);
    EXPECT_TRUE(answer.credentials);
  }
}

TEST_F(Origins, OfTheServerItselfAreKnownByTheHostAsked) {
  EXPECT_FALSE(verdict("http://chat.clinic.example:4000").refused);
  EXPECT_FALSE(verdict("https://chat.clinic.example:4000").refused);
  EXPECT_TRUE(verdict("http://chat.clinic.example:4001").refused);
  EXPECT_TRUE(verdict("http://chat.clinic.example").refused);
  EXPECT_TRUE(verdict("http://", "").refused);
}

TEST_F(Origins, ThatLookAlikeAreRefused) {
  for (const std::string_view evil : {"https://app.clinic.example.evil.example",
                                      "https://evil-app.clinic.example",
                                      "https://appXclinic.example",
                                      "http://app.clinic.example",
                                      "https://app.clinic.example:8443",
                                      "https://app.clinic.example/",
                                      "https://APP.clinic.example",
                                      "https://app.clinic.example ",
                                      "https://user@app.clinic.example",
                                      "https://wards.example",
                                      "https://a.b.wards.example",
                                      "https://.wards.example",
                                      "https://east.wards.example.evil.example",
                                      "https://evil.example#.wards.example",
                                      "http://localhost:3001",
                                      "http://localhost",
                                      "http://localhost:30000",
                                      "null",
                                      "",
                                      "*",
                                      "file://",
                                      "https://evil.example"}) {
    const transport::OriginVerdict answer = verdict(evil);
    EXPECT_TRUE(answer.refused) << evil;
    EXPECT_EQ(answer.allow_origin, "") << evil;
    EXPECT_FALSE(answer.credentials) << evil;
  }
}

TEST_F(Origins, AreNotNeeded) {
  const transport::OriginVerdict answer = origin_policy(settings)(transport::HttpRequest());

  EXPECT_FALSE(answer.refused);
  EXPECT_EQ(answer.allow_origin, "");
}

TEST_F(Origins, ThatComeTwiceAreRefused) {
  transport::HttpRequest request;
  request.headers.add("Origin", "https://app.clinic.example");
  request.headers.add("Origin", "https://app.clinic.example");

  EXPECT_TRUE(origin_policy(settings)(request).refused);
}

TEST_F(Origins, OfThisMachineAreKnownInTheDemoOnly) {
  EXPECT_TRUE(verdict("http://localhost:5173").refused);
  EXPECT_TRUE(verdict("http://127.0.0.1:8080").refused);

  settings.demo = true;

  EXPECT_FALSE(verdict("http://localhost:5173").refused);
  EXPECT_FALSE(verdict("http://127.0.0.1:8080").refused);
  EXPECT_FALSE(verdict("http://localhost").refused);
  for (const std::string_view evil :
       {"http://localhost.evil.example", "http://localhost:", "http://localhost:5173.evil.example",
        "http://localhost:123456", "http://127.0.0.1.evil.example", "http://127.0.0.2:80",
        "http://localhost:80/", "http://localhostile", "null"}) {
    EXPECT_TRUE(verdict(evil).refused) << evil;
  }
}

}  // namespace
}  // namespace quickclinic::server
