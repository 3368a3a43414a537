#include "server/http/router.hpp"

#include "server/http/api_test.hpp"

namespace quickclinic::server {
namespace {

using HttpRouting = test::Api;

TEST_F(HttpRouting, AnswersUnknownPathsInJson) {
  for (const std::string path :
       {"/nowhere", "/health/", "//health", "/api", "/api/user", "/api/user/login/more",
        "/api/doctorpatientrelations//chats", "/api/doctorpatientrelations/%00/chats",
        "/api/doctorpatientrelations/%ff/chats", "/api/doctorpatientrelations/a/b/chats"}) {
    const auto answer = get(path);
    expect(answer, 404, error("Not found"));
    EXPECT_EQ(answer.headers.at("content-type"), "application/json; charset=utf-8") << path;
  }
}

TEST_F(HttpRouting, SaysWhichMethodsAPathHas) {
  for (const std::string method : {"PUT", "DELETE", "PATCH", "get", "TRACE"}) {
    const auto answer = request(method, "/api/doctorpatientrelations");
    expect(answer, 405, error("Method not allowed"));
    EXPECT_EQ(answer.headers.at("allow"), "POST, HEAD, GET, OPTIONS") << method;
  }
  EXPECT_EQ(get("/api/user/login").headers.at("allow"), "POST, OPTIONS");
  const auto options = request("OPTIONS", "/health");
  expect(options, 204, "");
  EXPECT_EQ(options.headers.at("allow"), "HEAD, GET, OPTIONS");
  EXPECT_FALSE(options.headers.contains("access-control-allow-methods"));
}

TEST_F(HttpRouting, TellsPagesOfKnownOriginsWhatTheyMaySend) {
  const std::string asks = "Access-Control-Request-Method: POST\r\n";
  const auto known =
      request("OPTIONS", "/api/user/login", {}, "Origin: http://localhost:3000\r\n" + asks);
  const auto foreign =
      request("OPTIONS", "/api/user/login", {}, "Origin: http://evil.test\r\n" + asks);

  EXPECT_EQ(known.headers.at("access-control-allow-origin"), "http://localhost:3000");
  EXPECT_EQ(known.headers.at("access-control-allow-credentials"), "true");
  EXPECT_EQ(known.headers.at("access-control-allow-methods"), "POST, OPTIONS");
  EXPECT_EQ(known.headers.at("access-control-allow-headers"),
            "Authorization, Content-Type, X-Request-Id");
  EXPECT_FALSE(foreign.headers.contains("access-control-allow-origin"));
  EXPECT_FALSE(foreign.headers.contains("access-control-allow-methods"));
}

TEST_F(HttpRouting, NamesEachRequestUnlessItHasASaneName) {
  const auto named = [this](const std::string& name) {
    return get("/health", "X-Request-Id: " + name + "\r\n").headers.at("x-request-id");
  };
  const std::string longest(128, 'x');

  EXPECT_EQ(named("4f9f-0d4e_7F.1"), "4f9f-0d4e_7F.1");
  EXPECT_EQ(named(longest), longest);
  for (const std::string& odd : {std::string("a b"), std::string("\"x\""), std::string("\xC3\xA9"),
                                 longest + "x", std::string()}) {
    EXPECT_NE(named(odd), odd);
    EXPECT_EQ(named(odd).size(), 20U);
  }
  EXPECT_NE(get("/health").headers.at("x-request-id"), get("/health").headers.at("x-request-id"));
}

TEST_F(HttpRouting, RefusesBodiesThatAreNotDeclaredAsJson) {
  for (const std::string type :
       {"", "Content-Type: text/plain\r\n", "Content-Type: application/x-www-form-urlencoded\r\n",
        "Content-Type: application/jsonx\r\n",
        "Content-Type: application/json\r\nContent-Type: text/plain\r\n"}) {
    expect(request("POST", "/api/user/login", R"({"email":"a","password":"b"})", type), 415,
           error("Content-Type must be application/json"));
  }
  const auto loud = request("POST", "/api/user/login", "{}",
                            "Content-Type: APPLICATION/JSON ; charset=utf-8\r\n");
  expect(loud, 400, error("email and password are required"));
}

TEST_F(HttpRouting, RefusesBodiesThatAreNotJson) {
  for (const std::string body :
       {"", "{", "{}x", "{'a':1}", "\xff", R"({"email":"\ud800"})", R"({"\udc00":1})"}) {
    expect(post("/api/user/login", body), 400, error("Malformed JSON"));
  }
  expect(post("/api/user/login", std::string(40, '[') + std::string(40, ']')), 400,
         error("Malformed JSON"));
  for (const std::string body :
       {"null", "[]", "1", R"("x")", R"({"a":{"b":["\u0000"]}})", R"({"\u0000":1})"}) {
    expect(post("/api/user/login", body), 400, error("Invalid payload"));
  }
}

TEST_F(HttpRouting, RefusesBodiesThatAreTooLargeInJson) {
  const auto answer = post("/api/user/login", std::string(70'000, ' '));

  expect(answer, 413, error("Content Too Large"));
}

}  // namespace
}  // namespace quickclinic::server
