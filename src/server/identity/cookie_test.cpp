#include "server/identity/cookie.hpp"

#include <gtest/gtest.h>

#include <string>

namespace quickclinic::identity {
namespace {

struct Case {
  std::string header;
  std::optional<std::string> token;
};

TEST(CookieValue, FindsTheCookieAsTheWebApplicationDoes) {
  const Case cases[] = {
      {"token=abc", "abc"},
      {"theme=dark; token=abc; lang=en", "abc"},
      {"a=1;token=abc;b=2", "abc"},
      {"  token = abc  ", "abc"},
      {"token=\"abc\"", "abc"},
      {"token=a=b=c", "a=b=c"},
      {"token=a%2Eb%2ec", "a.b.c"},
      {"token=%E2%82%AC", "\xE2\x82\xAC"},
      {"token=", ""},
      {"token=\"\"", ""},
      {"token=first; token=second", "first"},
  };
  for (const auto& [header, token] : cases)
    EXPECT_EQ(cookie_value(header, "token"), token) << header;
}

TEST(CookieValue, FindsNothingWhereTheNameDiffers) {
  for (const char* header :
       {"", ";", ";;;", "=", "=abc", "token", "token; a=b", "Token=abc", "xtoken=abc", "token2=abc",
        "__Host-token=abc", "a=token=abc", "a=b, token=abc", "to ken=abc", "%74oken=abc"}) {
    EXPECT_EQ(cookie_value(header, "token"), std::nullopt) << header;
  }
}

TEST(CookieValue, LeavesBrokenEscapesAsTheyStand) {
  for (const std::string value : {"%", "a%", "a%2", "%zz", "%2G", "%ff", "%C0%80", "%ED%A0%80"}) {
    EXPECT_EQ(cookie_value("token=" + value, "token"), value);
  }
}

TEST(CookieValue, SurvivesHostileHeaders) {
  const std::string semicolons(100'000, ';');
  const std::string equals(100'000, '=');
  const std::string nul("a=\0; token=a\0b", 14);

  EXPECT_EQ(cookie_value(semicolons + "token=x", "token"), "x");
  EXPECT_EQ(cookie_value(equals, "token"), std::nullopt);
  EXPECT_EQ(cookie_value(nul, "token"), std::string("a\0b", 3));
  EXPECT_EQ(cookie_value("\xFF\xFE=\xFD; token=\xFF", "token"), "\xFF");
  EXPECT_EQ(cookie_value("token=\"", "token"), "\"");
}

}  // namespace
}  // namespace quickclinic::identity
