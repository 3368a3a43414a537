#include "store/contract/store_contract.hpp"

#include <array>
#include <optional>
#include <thread>

namespace quickclinic::store {
namespace {

using chat::Role;
using chat::StoreError;

class UserContract : public StoreContract {};

TEST_P(UserContract, IsFoundByIdAndAddressAsItWasAdded) {
  set_clock(std::chrono::milliseconds(1'800'000'000'000));
  const auto added = await(directory().add_user({.email = "Asha.Rao@clinic.example",
                                                 .name = "Asha Rao",
                                                 .password_hash = "*",
                                                 .role = Role::doctor}));
  ASSERT_TRUE(added) << added.error().describe();

  for (const auto& found : {await(directory().find_user(added->id)),
                            await(directory().find_user_by_email("Asha.Rao@clinic.example"))}) {
    ASSERT_TRUE(found) << found.error().describe();
    EXPECT_EQ(found->id, added->id);
    EXPECT_EQ(found->email, "Asha.Rao@clinic.example");
    EXPECT_EQ(found->name, "Asha Rao");
    EXPECT_EQ(found->role, Role::doctor);
    EXPECT_TRUE(found->active);
    EXPECT_EQ(found->created_at, WallTime(std::chrono::milliseconds(1'800'000'000'000)));
  }
}

TEST_P(UserContract, IsNotFoundWhenItIsNotThere) {
  EXPECT_EQ(await(directory().find_user(chat::UserId("none"))).error().code, StoreError::not_found);
  EXPECT_EQ(await(directory().find_user_by_email("none@clinic.example")).error().code,
            StoreError::not_found);
  EXPECT_EQ(await(directory().find_user_by_email("")).error().code, StoreError::not_found);
}

TEST_P(UserContract, IsFoundForSigningInByItsAddressAsPeopleTypeIt) {
  const auto added = await(directory().add_user({.email = "Asha.Rao@clinic.example",
                                                 .name = "Asha Rao",
                                                 .password_hash = "$2b$",
                                                 .role = Role::doctor}));

  for (const std::string_view typed :
       {"Asha.Rao@clinic.example", "asha.rao@CLINIC.example", " \tASHA.RAO@clinic.example\r\n"}) {
    const auto found = await(directory().find_credentials(std::string(typed)));
    ASSERT_TRUE(found) << typed;
    EXPECT_EQ(found->user.id, added->id);
    EXPECT_EQ(found->user.role, Role::doctor);
    EXPECT_EQ(found->password_hash, "$2b$");
  }
  for (const std::string_view typed :
       {"", " ", "Asha.Rao@clinic", "Asha. Rao@clinic.example", "%"}) {
    EXPECT_EQ(await(directory().find_credentials(std::string(typed))).error().code,
              StoreError::not_found);
  }
}

TEST_P(UserContract, IsFoundForSigningInWhenDisabled) {
  const auto user = add_user("a@clinic.example", Role::patient);
  ASSERT_TRUE(await(directory().set_user_active(user.id, false)));

  EXPECT_FALSE(await(directory().find_credentials("a@clinic.example"))->user.active);
}

TEST_P(UserContract, IsNotMistakenForSomebodyWithNearlyTheSameAddress) {
  const auto small = add_user("a@clinic.example", Role::doctor);
  const auto large = add_user("A@clinic.example", Role::patient);

  EXPECT_EQ(await(directory().find_credentials("a@clinic.example"))->user.id, small.id);
  EXPECT_EQ(await(directory().find_credentials(" A@clinic.example"))->user.id, large.id);
  EXPECT_EQ(await(directory().find_credentials("A@Clinic.example")).error().code,
            StoreError::not_found);
}

TEST_P(UserContract, KeepsItsRole) {
  for (const Role role : {Role::patient, Role::doctor, Role::admin}) {
    const auto user = add_user(std::to_string(static_cast<int>(role)) + "@clinic.example", role);
    EXPECT_EQ(await(directory().find_user(user.id))->role, role);
  }
}

TEST_P(UserContract, IsRefusedWhenTheAddressIsTaken) {
  const auto first = add_user("a@clinic.example", Role::doctor);

  const auto second = await(directory().add_user({.email = "a@clinic.example",
                                                  .name = "Somebody else",
                                                  .password_hash = "*",
                                                  .role = Role::patient}));

  EXPECT_EQ(second.error().code, StoreError::conflict);
  EXPECT_EQ(await(directory().list_users())->size(), 1U);
  EXPECT_EQ(await(directory().find_user_by_email("a@clinic.example"))->id, first.id);
}

TEST_P(UserContract, AreListedInTheOrderInWhichTheyCame) {
  EXPECT_TRUE(await(directory().list_users())->empty());
  std::chrono::milliseconds now(1'800'000'000'000);
  for (const char* email : {"c@clinic.example", "a@clinic.example", "b@clinic.example"}) {
    set_clock(++now);
    add_user(email, Role::patient);
  }

  const auto users = await(directory().list_users()).value();

  ASSERT_EQ(users.size(), 3U);
  EXPECT_EQ(users[0].email, "c@clinic.example");
  EXPECT_EQ(users[1].email, "a@clinic.example");
  EXPECT_EQ(users[2].email, "b@clinic.example");
}

TEST_P(UserContract, IsStillFoundWhenDisabledAndCanBeEnabledAgain) {
  const auto user = add_user("a@clinic.example", Role::patient);

  ASSERT_TRUE(await(directory().set_user_active(user.id, false)));
  EXPECT_FALSE(await(directory().find_user(user.id))->active);
  ASSERT_TRUE(await(directory().set_user_active(user.id, true)));
  EXPECT_TRUE(await(directory().find_user(user.id))->active);
}

TEST_P(UserContract, CannotBeDisabledWhenItIsNotThere) {
  EXPECT_EQ(await(directory().set_user_active(chat::UserId("none"), false)).error().code,
            StoreError::not_found);
}

class RelationContract : public StoreContract {};

TEST_P(RelationContract, IsMadeOnceForAPair) {
  const auto doctor = add_user("d@clinic.example", Role::doctor);
  const auto patient = add_user("p@clinic.example", Role::patient);

  const auto first = await(directory().add_relation(doctor.id, patient.id));
  set_clock(std::chrono::milliseconds(1'900'000'000'000));
  const auto second = await(directory().add_relation(doctor.id, patient.id));

  ASSERT_TRUE(first) << first.error().describe();
  ASSERT_TRUE(second) << second.error().describe();
  EXPECT_TRUE(first->added);
  EXPECT_EQ(first->relation.doctor, doctor.id);
  EXPECT_EQ(first->relation.patient, patient.id);
  EXPECT_FALSE(second->added);
  EXPECT_EQ(second->relation.id, first->relation.id);
  EXPECT_EQ(second->relation.created_at, first->relation.created_at);
  EXPECT_EQ(await(directory().list_relations())->size(), 1U);
}

TEST_P(RelationContract, IsOneWhenTwoThreadsMakeItAtOnce) {
  const auto doctor = add_user("d@clinic.example", Role::doctor);
  const auto patient = add_user("p@clinic.example", Role::patient);
  std::array<std::optional<Result<chat::AddedRelation>>, 8> made;
  std::vector<std::thread> threads;
  for (auto& slot : made) {
    threads.emplace_back([&] { slot = await(directory().add_relation(doctor.id, patient.id)); });
  }
  for (auto& thread : threads) thread.join();

  std::size_t makers = 0;
  for (const auto& slot : made) {
    EXPECT_EQ(slot->value().relation.id, made[0]->value().relation.id);
    if (slot->value().added) ++makers;
  }
  EXPECT_EQ(makers, 1U);
  EXPECT_EQ(await(directory().list_relations())->size(), 1U);
}

TEST_P(RelationContract, NeedsADoctorAndAPatient) {
  const auto doctor = add_user("d@clinic.example", Role::doctor);
  const auto patient = add_user("p@clinic.example", Role::patient);
  const auto admin = add_user("a@clinic.example", Role::admin);
  const chat::UserId none("none");

  for (const auto& first : {patient.id, none, admin.id}) {
    EXPECT_EQ(await(directory().add_relation(first, patient.id)).error().code,
              StoreError::no_doctor);
  }
  for (const auto& second : {doctor.id, none, admin.id}) {
    EXPECT_EQ(await(directory().add_relation(doctor.id, second)).error().code,
              StoreError::no_patient);
  }
  EXPECT_TRUE(await(directory().list_relations())->empty());
}

TEST_P(RelationContract, ComesWithBothMembersAsTheyAreNow) {
  const auto pair = add_pair("a");
  ASSERT_TRUE(await(directory().set_user_active(pair.patient, false)));

  const auto membership = await(directory().find_membership(pair.id));

  ASSERT_TRUE(membership) << membership.error().describe();
  EXPECT_EQ(membership->relation.id, pair.id);
  EXPECT_EQ(membership->relation.created_at, pair.created_at);
  EXPECT_EQ(membership->doctor.id, pair.doctor);
  EXPECT_EQ(membership->doctor.email, "doctor-a@clinic.example");
  EXPECT_TRUE(membership->doctor.active);
  EXPECT_EQ(membership->patient.id, pair.patient);
  EXPECT_FALSE(membership->patient.active);
}

TEST_P(RelationContract, IsNotFoundWhenItIsNotThere) {
  EXPECT_EQ(await(directory().find_membership(chat::RelationId("none"))).error().code,
            StoreError::not_found);
}

TEST_P(RelationContract, AreListedInTheOrderInWhichTheyCame) {
  set_clock(std::chrono::milliseconds(1'800'000'000'000));
  const auto first = add_pair("z");
  set_clock(std::chrono::milliseconds(1'800'000'000'001));
  const auto second = add_pair("a");

  const auto relations = await(directory().list_relations()).value();

  ASSERT_EQ(relations.size(), 2U);
  EXPECT_EQ(relations[0].id, first.id);
  EXPECT_EQ(relations[1].id, second.id);
}

class WatchContract : public StoreContract {};

TEST_P(WatchContract, TellsWhatOfTheRequestIsThereAndHow) {
  const auto pair = add_pair("a");
  const auto other = add_pair("b");
  ASSERT_TRUE(await(directory().set_user_active(pair.patient, false)));
  const WallTime later(std::chrono::milliseconds(1'900'000'000'000));
  ASSERT_TRUE(await(directory().revoke_token("revoked", later)));
  ASSERT_TRUE(await(directory().revoke_token("not asked about", later)));

  const auto answer =
      await(directory().watch({.users = {pair.doctor, chat::UserId("none"), pair.patient},
                               .relations = {chat::RelationId("none"), pair.id},
                               .token_hashes = {"valid", "revoked"}}));

  ASSERT_TRUE(answer) << answer.error().describe();
  ASSERT_EQ(answer->users.size(), 2U);
  EXPECT_EQ(answer->users[0].id, pair.doctor);
  EXPECT_TRUE(answer->users[0].active);
  EXPECT_EQ(answer->users[1].id, pair.patient);
  EXPECT_FALSE(answer->users[1].active);
  ASSERT_EQ(answer->relations.size(), 1U);
  EXPECT_EQ(answer->relations[0].id, pair.id);
  EXPECT_NE(answer->relations[0].id, other.id);
  EXPECT_EQ(answer->revoked_tokens, std::vector<std::string>{"revoked"});
}

TEST_P(WatchContract, AnswersNothingToAnEmptyRequest) {
  add_pair("a");

  const auto answer = await(directory().watch({}));

  ASSERT_TRUE(answer) << answer.error().describe();
  EXPECT_TRUE(answer->users.empty());
  EXPECT_TRUE(answer->relations.empty());
  EXPECT_TRUE(answer->revoked_tokens.empty());
}

class TokenContract : public StoreContract {};

TEST_P(TokenContract, IsRevokedOnceItWasAndAnyNumberOfTimes) {
  const WallTime later(std::chrono::milliseconds(1'900'000'000'000));
  EXPECT_FALSE(await(directory().is_revoked("hash")).value());

  ASSERT_TRUE(await(directory().revoke_token("hash", later)));
  ASSERT_TRUE(await(directory().revoke_token("hash", later)));

  EXPECT_TRUE(await(directory().is_revoked("hash")).value());
  EXPECT_FALSE(await(directory().is_revoked("other")).value());
}

TEST_P(TokenContract, StaysRevokedUntilTheLatestExpiryItWasGiven) {
  set_clock(std::chrono::milliseconds(1000));
  ASSERT_TRUE(await(directory().revoke_token("hash", WallTime(std::chrono::milliseconds(5000)))));
  ASSERT_TRUE(await(directory().revoke_token("hash", WallTime(std::chrono::milliseconds(2000)))));
  set_clock(std::chrono::milliseconds(4000));

  // Any revocation may forget what has expired.
  ASSERT_TRUE(await(directory().revoke_token("other", WallTime(std::chrono::milliseconds(9000)))));

  EXPECT_TRUE(await(directory().is_revoked("hash")).value());
}

class PingContract : public StoreContract {};

TEST_P(PingContract, SucceedsWhileTheStoreAnswers) { EXPECT_TRUE(await(directory().ping())); }

INSTANTIATE_TEST_SUITE_P(Every, UserContract, ::testing::ValuesIn(implementations()),
                         implementation_name);
INSTANTIATE_TEST_SUITE_P(Every, RelationContract, ::testing::ValuesIn(implementations()),
                         implementation_name);
INSTANTIATE_TEST_SUITE_P(Every, WatchContract, ::testing::ValuesIn(implementations()),
                         implementation_name);
INSTANTIATE_TEST_SUITE_P(Every, TokenContract, ::testing::ValuesIn(implementations()),
                         implementation_name);
INSTANTIATE_TEST_SUITE_P(Every, PingContract, ::testing::ValuesIn(implementations()),
                         implementation_name);

}  // namespace
}  // namespace quickclinic::store
