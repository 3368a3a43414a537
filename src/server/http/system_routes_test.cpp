#include "server/http/system_routes.hpp"

#include "json/json.hpp"
#include "server/http/api_test.hpp"
#include "server/http/openapi.hpp"

namespace quickclinic::server {
namespace {

using HttpSystem = test::Api;

TEST_F(HttpSystem, LivesWhateverBecomesOfTheDatabase) {
  clinic.fail(chat::StoreError::unavailable);

  const auto answer = get("/health");

  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.body,
            R"({"status":"ok","timestamp":")" + field(answer.body, "timestamp") + "\"}");
  EXPECT_TRUE(parse_iso8601(field(answer.body, "timestamp")));
}

TEST_F(HttpSystem, IsReadyWhileTheDatabaseAnswers) {
  expect(get("/ready"), 200, R"({"status":"ready"})");
  clinic.fail(chat::StoreError::unavailable);
  expect(get("/ready"), 503, R"({"error":"Service unavailable","missing":["database"]})");
  clinic.recover();
  expect(get("/ready"), 200, R"({"status":"ready"})");
}

TEST_F(HttpSystem, IntroducesAndDescribesItself) {
  expect(get("/"), 200, R"({"status":"ok","service":"quick-clinic-socket-server"})");
  expect(get("/openapi.json"), 200, openapi_document());
  EXPECT_TRUE(json::parse(openapi_document()));
}

}  // namespace
}  // namespace quickclinic::server
