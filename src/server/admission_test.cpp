#include "server/admission.hpp"

#include "server/identity/token_signer.hpp"
#include "server/identity/token_verifier.hpp"
#include "server/run_blocking.hpp"
#include "server/test_clinic.hpp"

#include <gtest/gtest.h>

namespace quickclinic::server {
namespace {

using test::Clinic;
using testing::SocketIoClient;

std::string refusal(std::string_view message, std::string_view code) {
  return "44{\"message\":\"" + std::string(message) + "\",\"data\":{\"code\":\"" +
         std::string(code) + "\"}}";
}

class AdmissionTest : public ::testing::TestWithParam<unsigned> {
 protected:
  Clinic clinic{GetParam()};

  void expect_refused(std::string_view auth, std::string_view message, std::string_view code) {
    EXPECT_EQ(clinic.connect(auth).welcome(), refusal(message, code)) << auth;
  }
};
INSTANTIATE_TEST_SUITE_P(Shards, AdmissionTest, ::testing::Values(1U, 4U));

TEST_P(AdmissionTest, GreetsAMemberByTheSideOfTheRelation) {
  SocketIoClient client = clinic.connect(clinic.auth(clinic.patient, clinic.relation));

  EXPECT_TRUE(client.welcome().starts_with("40{\"sid\":")) << client.welcome();
  EXPECT_EQ(client.next(),
            "2[\"connected\",{\"message\":\"Connected successfully\",\"userId\":\"" +
                clinic.patient.id.text() +
                "\",\"userName\":\"Pat\",\"userRole\":\"PATIENT\",\"relationId\":\"" +
                clinic.relation + "\"}]");
}

TEST_P(AdmissionTest, GreetsANotificationConnection) {
  SocketIoClient client = clinic.connect(clinic.auth(clinic.admin));

  EXPECT_EQ(client.next(),
            "2[\"notification_connected\",{\"message\":\"Connected to notifications\","
            "\"userId\":\"" +
                clinic.admin.id.text() + "\",\"userName\":\"Ada\",\"userRole\":\"ADMIN\"}]");
}

TEST_P(AdmissionTest, RefusesBadTokens) {
  const std::string good = clinic.token(clinic.patient);
  const std::string foreign = identity::sign_hs256(std::string(32, 'x'), {{"id", "a"}}).value();
  expect_refused("", "Missing token", "missing_token");
  expect_refused("{}", "Missing token", "missing_token");
  expect_refused(R"({"token":7})", "Invalid token format", "invalid_token_format");
  expect_refused(R"({"token":"nonsense"})", "Invalid token format", "invalid_token_format");
  expect_refused("{\"token\":\"" + foreign + "\"}", "Invalid token signature",
                 "invalid_token_signature");
  expect_refused("{\"token\":\"" + clinic.token(clinic.patient, std::chrono::hours(-1)) + "\"}",
                 "Token expired", "token_expired");
  expect_refused("{\"userId\":\"" + clinic.patient.id.text() + "\",\"relationId\":\"" +
                     clinic.relation + "\"}",
                 "Missing token", "missing_token");
}

TEST_P(AdmissionTest, RefusesWhoTheDatabaseDoesNotWant) {
  chat::User nobody = clinic.patient;
  nobody.id = chat::UserId("nobody");
  expect_refused(clinic.auth(nobody), "User not found", "user_not_found");
  expect_refused(clinic.auth(clinic.patient, "no such relation"), "Relation not found",
                 "relation_not_found");
  expect_refused("{\"token\":\"" + clinic.token(clinic.patient) + "\",\"relationId\":7}",
                 "Relation not found", "relation_not_found");
  expect_refused(clinic.auth(clinic.patient, clinic.other_relation), "Unauthorized",
                 "unauthorized");
  expect_refused(clinic.auth(clinic.admin, clinic.relation), "Unauthorized", "unauthorized");
  ASSERT_TRUE(run_blocking(clinic.store.set_user_active(clinic.patient.id, false)));
  expect_refused(clinic.auth(clinic.patient, clinic.relation), "Account is disabled",
                 "account_is_disabled");
}

TEST_P(AdmissionTest, RefusesARevokedTokenAndTakesAnother) {
  const std::string token = clinic.token(clinic.patient, std::chrono::hours(2));
  const std::string hash = identity::hash_token(token);
  ASSERT_TRUE(run_blocking(clinic.store.revoke_token(hash, wall_now() + std::chrono::hours(2))));

  expect_refused("{\"token\":\"" + token + "\"}", "Token expired", "token_expired");
  EXPECT_TRUE(clinic.connect(clinic.auth(clinic.patient)).welcome().starts_with("40{"));
}

TEST_P(AdmissionTest, SaysSoWhenTheDatabaseCannotBeAsked) {
  for (const chat::StoreError error :
       {chat::StoreError::unavailable, chat::StoreError::overloaded, chat::StoreError::corrupt}) {
    clinic.fail(error);
    expect_refused(clinic.auth(clinic.patient, clinic.relation), "Service unavailable",
                   "service_unavailable");
  }
  clinic.recover();
  clinic.enter(clinic.patient, clinic.relation);
}

TEST_P(AdmissionTest, EndsWhenTheTokenExpires) {
  SocketIoClient client = clinic.connect(
      "{\"token\":\"" + clinic.token(clinic.patient, std::chrono::seconds(2)) + "\"}");
  EXPECT_TRUE(client.welcome().starts_with("40{"));

  EXPECT_EQ(client.event("none such"), "closed");
  expect_refused("{\"token\":\"" + clinic.token(clinic.patient, std::chrono::seconds(-1)) + "\"}",
                 "Token expired", "token_expired");
}

TEST(AdmissionLimit, HoldsForEachUserAndIsGivenBack) {
  Clinic clinic(4, [](settings::Settings& settings) { settings.max_connections_per_user = 2; });
  const std::string auth = clinic.auth(clinic.patient, clinic.relation);
  SocketIoClient first = clinic.enter(clinic.patient, clinic.relation);
  SocketIoClient second = clinic.enter(clinic.patient, clinic.relation);

  EXPECT_EQ(clinic.connect(auth).welcome(),
            refusal("Too many connections", "too_many_connections"));

  clinic.enter(clinic.doctor, clinic.relation);
  second.websocket().send("1");
  EXPECT_EQ(second.websocket().receive_close(), 1000U);
  EXPECT_TRUE(clinic.connect(auth).welcome().starts_with("40{"));
}

TEST(AdmissionLimit, HoldsForAllTogether) {
  Clinic clinic(1, [](settings::Settings& settings) { settings.max_connections = 1; });
  SocketIoClient first = clinic.enter(clinic.patient, clinic.relation);

  EXPECT_EQ(clinic.connect(clinic.auth(clinic.doctor)).welcome(),
            refusal("Too many connections", "too_many_connections"));
}

TEST(AdmissionLegacy, TakesTheFoundingHandshakeWhereItIsAllowed) {
  Clinic clinic(1, [](settings::Settings& settings) { settings.legacy_auth = true; });
  const std::string user = "\"userId\":\"" + clinic.patient.id.text() + "\"";

  EXPECT_TRUE(clinic.connect("{" + user + ",\"relationId\":\"" + clinic.relation + "\"}")
                  .event("connected")
                  .starts_with("2["));
  EXPECT_EQ(clinic.connect("{" + user + ",\"token\":\"bad\"}").welcome(),
            refusal("Invalid token format", "invalid_token_format"));
  EXPECT_EQ(
      clinic.connect("{" + user + ",\"relationId\":\"" + clinic.other_relation + "\"}").welcome(),
      refusal("Unauthorized", "unauthorized"));
}

}  // namespace
}  // namespace quickclinic::server
