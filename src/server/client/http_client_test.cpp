#include "server/client/http_client.hpp"

#include "server/test_clinic.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>

namespace quickclinic::client {
namespace {

TEST(HttpClientUrl, IsTakenApart) {
  const std::pair<const char*, const char*> cases[] = {
      {"http://here", "http://here:80/"},
      {"http://here:4000", "http://here:4000/"},
      {"http://127.0.0.1:4000/a/b?c=d", "http://127.0.0.1:4000/a/b?c=d"},
      {"http://[::1]:4000/a", "http://[::1]:4000/a"},
      {"http://[::1]", "http://[::1]:80/"},
  };
  for (const auto& [text, shown] : cases) EXPECT_EQ(to_text(read_http_url(text).value()), shown);
}

TEST(HttpClientUrl, IsRefusedWhenItIsNone) {
  for (const char* text : {"", "here", "https://here", "http://", "http://:80",
                           "http://here:", "http://here:0", "http://here:65536", "http://here:x",
                           "http://a@here", "http://here/a b", "http://here/\r\nX: y"})
    EXPECT_FALSE(read_http_url(text)) << text;
}

TEST(HttpClientAnswer, ComesWholeOrWithAReason) {
  const server::test::Clinic clinic(1);
  const std::string root = "http://127.0.0.1:" + std::to_string(clinic.port());
  const auto deadline = [] { return Clock::now() + std::chrono::seconds(10); };

  const auto found = ask(read_http_url(root + "/openapi.json").value(), {}, deadline());
  const auto missing = ask(read_http_url(root + "/nowhere").value(), {}, deadline());
  const auto posted =
      ask(read_http_url(root + "/api/user/login").value(),
          {.method = "POST", .headers = {{"Content-Type", "application/json"}}, .body = "{}"},
          deadline());
  const auto large = ask(read_http_url(root + "/openapi.json").value(), {}, deadline(), 100);
  const auto nobody = ask(read_http_url("http://127.0.0.1:1").value(), {}, deadline());

  EXPECT_EQ(found.value().status, 200U);
  EXPECT_TRUE(found->body.starts_with("{") && found->body.ends_with("}\n")) << found->body.size();
  EXPECT_EQ(missing.value().status, 404U);
  EXPECT_EQ(posted.value().status, 400U);
  EXPECT_FALSE(large);
  EXPECT_EQ(nobody.error().context, "http://127.0.0.1:1/: Connection refused");
}

}  // namespace
}  // namespace quickclinic::client
