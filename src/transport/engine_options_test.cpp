#include "transport/engine_options.hpp"

#include <gtest/gtest.h>

namespace quickclinic::transport {
namespace {

TEST(SessionCookieText, NamesTheSessionWithTheUsualAttributes) {
  EXPECT_EQ(SessionCookie{}.set_to("abc"), "io=abc; Path=/; HttpOnly; SameSite=Lax");
}

TEST(SessionCookieText, SaysWhatItIsToldTo) {
  const SessionCookie cookie{.name = "node",
                             .path = "/chat",
                             .domain = "clinic.test",
                             .max_age = std::chrono::hours(24),
                             .http_only = false,
                             .secure = true,
                             .same_site = SessionCookie::SameSite::none};

  EXPECT_EQ(cookie.set_to("abc"),
            "node=abc; Max-Age=86400; Domain=clinic.test; Path=/chat; Secure; SameSite=None");
}

TEST(SessionCookieText, LeavesOutWhatIsUnsaid) {
  const SessionCookie cookie{
      .path = "", .http_only = false, .same_site = SessionCookie::SameSite::unsaid};

  EXPECT_EQ(cookie.set_to("abc"), "io=abc");
}

}  // namespace
}  // namespace quickclinic::transport
