#include "server/watch.hpp"

#include "server/identity/token_verifier.hpp"
#include "server/run_blocking.hpp"
#include "server/test_clinic.hpp"

#include <gtest/gtest.h>

namespace quickclinic::server {
namespace {

using test::Clinic;
using testing::SocketIoClient;

class WatchTest : public ::testing::TestWithParam<unsigned> {
 protected:
  Clinic clinic{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Shards, WatchTest, ::testing::Values(1U, 4U));

TEST_P(WatchTest, SendsAwayTheDisabledAndTheRevokedAndNobodyElse) {
  const std::string token = clinic.token(clinic.doctor, std::chrono::hours(2));
  SocketIoClient disabled = clinic.enter(clinic.patient, clinic.relation);
  SocketIoClient notified = clinic.connect(clinic.auth(clinic.patient));
  SocketIoClient revoked = clinic.connect("{\"token\":\"" + token + "\"}");
  SocketIoClient same_user = clinic.enter(clinic.doctor, clinic.relation);

  ASSERT_TRUE(run_blocking(clinic.store.set_user_active(clinic.patient.id, false)));
  ASSERT_TRUE(run_blocking(
      clinic.store.revoke_token(identity::hash_token(token), wall_now() + std::chrono::hours(2))));

  EXPECT_EQ(disabled.event("none such"), "closed");
  EXPECT_EQ(notified.event("none such"), "closed");
  EXPECT_EQ(revoked.event("none such"), "closed");
  EXPECT_EQ(same_user.call("user_typing"), R"([{"ok":true}])");
}

TEST_P(WatchTest, SendsNobodyAwayWhenTheDatabaseCannotBeAsked) {
  SocketIoClient stays = clinic.enter(clinic.patient, clinic.relation);
  SocketIoClient goes = clinic.enter(clinic.doctor, clinic.relation);
  // Expires after more than one round of the watch, and so tells the time.
  SocketIoClient clock = clinic.connect(
      "{\"token\":\"" + clinic.token(clinic.other_patient, std::chrono::seconds(4)) + "\"}");
  clinic.fail(chat::StoreError::unavailable);
  EXPECT_EQ(clock.event("none such"), "closed");
  clinic.recover();

  EXPECT_EQ(stays.call("user_typing"), R"([{"ok":true}])");
  ASSERT_TRUE(run_blocking(clinic.store.set_user_active(clinic.doctor.id, false)));
  EXPECT_EQ(goes.event("none such"), "closed");
}

}  // namespace
}  // namespace quickclinic::server
