#include "server/http/web_routes.hpp"

#include "server/http/api_test.hpp"
#include "server/web/test_pack.hpp"

namespace quickclinic::server {
namespace {

// Made before the clinic and gone after it.
struct FrontEnd {
  const std::string bytes = web::test::small_pack();
  const web::Site site{web::Pack::read(bytes).value()};
};

class HttpWeb : private FrontEnd, public test::Api {
 protected:
  HttpWeb() : Api(2, {}, &site) {}
};

TEST_F(HttpWeb, ServesPagesAndAssets) {
  expect(get("/"), 200, "home in full");
  expect(get("/doctor/chat/c1?x=1"), 200, "any chat");
  expect(get("/_next/static/a.js", "Accept-Encoding: br\r\n"), 200, "script br");
}

TEST_F(HttpWeb, AnswersEachRequestOfAConnection) {
  const auto unchanged = get("/login", "If-None-Match: \"login\"\r\n");
  expect(unchanged, 304, "");
  EXPECT_NE(unchanged.headers.at("x-request-id"), "");
  expect(get("/nowhere"), 404, "not there");
  expect(get("/login"), 200, "login");
}

TEST_F(HttpWeb, StandsInNobodysWay) {
  EXPECT_TRUE(get("/health").body.starts_with(R"({"status":"ok")"));
  expect(get("/api/user/me"), 401, error("Unauthorized"));
  for (const char* path :
       {"/api", "/api/", "/api/nowhere", "/health/more", "/socket.io/nowhere/x"}) {
    const auto answer = get(path);

    EXPECT_TRUE(answer.status == 404 || answer.status == 400) << path;
    EXPECT_EQ(answer.headers.at("content-type").substr(0, 16), "application/json") << path;
  }
}

TEST_F(HttpWeb, TakesNothing) {
  const auto refused = post("/login", "{}");

  expect(refused, 405, error("Method not allowed"));
  EXPECT_EQ(refused.headers.at("allow"), "GET, HEAD");
  expect(post("/nowhere", "{}"), 404, error("Not found"));
}

TEST_F(HttpWeb, IsStrictBehindAProxyWithTls) {
  EXPECT_FALSE(get("/login").headers.contains("strict-transport-security"));
  EXPECT_TRUE(
      get("/login", "X-Forwarded-Proto: https\r\n").headers.contains("strict-transport-security"));
}

}  // namespace
}  // namespace quickclinic::server
