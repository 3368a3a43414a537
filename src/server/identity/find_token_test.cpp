#include "server/identity/find_token.hpp"

#include <gtest/gtest.h>

#include <string>

namespace quickclinic::identity {
namespace {

/// "source:token", or the text of the refusal.
std::string found(const Credentials& credentials) {
  const auto result = find_token(credentials);
  if (!result) return result.error().code.message();
  constexpr const char* names[] = {"auth", "bearer", "cookie", "query"};
  return std::string(names[static_cast<std::size_t>(result->source)]) + ":" + result->token;
}

std::string found_in_auth(std::string_view auth_text) {
  const json::Value auth = json::parse(auth_text).value();
  return found({.auth = &auth, .authorization = {}, .cookie = "token=c", .query_token = {}});
}

TEST(FindToken, GoesThroughTheSourcesInOrder) {
  const json::Value auth = {{"token", "a"}};
  Credentials all{&auth, "Bearer b", "token=c", "q"};

  EXPECT_EQ(found(all), "auth:a");
  all.auth = nullptr;
  EXPECT_EQ(found(all), "bearer:b");
  all.authorization.reset();
  EXPECT_EQ(found(all), "cookie:c");
  all.cookie = "";
  EXPECT_EQ(found(all), "query:q");
  all.query_token.reset();
  EXPECT_EQ(found(all), "Missing token");
}

TEST(FindToken, TakesAnAuthTokenOfAnotherTypeForABadOne) {
  for (const char* auth : {R"({"token":7})", R"({"token":{}})", R"({"token":[]})",
                           R"({"token":true})", R"({"token":false})", R"({"token":["x"]})"}) {
    EXPECT_EQ(found_in_auth(auth), "Invalid token format") << auth;
  }
}

TEST(FindToken, LooksOnWhereAuthHasNone) {
  for (const char* auth : {"{}", R"({"token":null})", R"({"token":""})", R"({"Token":"x"})", "null",
                           "[]", "\"token\"", R"({"auth":{"token":"x"}})"}) {
    EXPECT_EQ(found_in_auth(auth), "cookie:c") << auth;
  }
}

TEST(FindToken, ReadsTheBearerSchemeAndNoOther) {
  const auto from = [](std::string_view header) {
    return found(
        {.auth = nullptr, .authorization = header, .cookie = "token=c", .query_token = {}});
  };

  EXPECT_EQ(from("Bearer x.y.z"), "bearer:x.y.z");
  EXPECT_EQ(from("bEARER \t x.y.z \t"), "bearer:x.y.z");
  EXPECT_EQ(from("Bearer two words"), "bearer:two words");
  for (const char* other :
       {"", "Basic dTpw", "Bearerx y", "Bear", "x.y.z", " Bearer x", "Digest Bearer x"}) {
    EXPECT_EQ(from(other), "cookie:c") << other;
  }
}

TEST(FindToken, LetsABearerHeaderWithoutATokenDecide) {
  for (const char* header : {"Bearer", "Bearer ", "Bearer \t "}) {
    EXPECT_EQ(found({nullptr, header, "token=c", "q"}), "bearer:") << header;
  }
}

TEST(FindToken, CountsEmptyCookiesAndParametersAsAbsent) {
  EXPECT_EQ(found({nullptr, {}, "token=", "q"}), "query:q");
  EXPECT_EQ(found({nullptr, {}, "token=", ""}), "Missing token");
}

}  // namespace
}  // namespace quickclinic::identity
