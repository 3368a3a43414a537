#include "store/contract/store_contract.hpp"

namespace quickclinic::store {
namespace {

using chat::Role;
using chat::StoreError;

class InboxContract : public StoreContract {
 protected:
  chat::Appointment appointment(const chat::Relation& pair) {
    const auto patient = await(directory().find_user(pair.patient)).value();
    return {.id = chat::AppointmentId("appointment"),
            .doctor = pair.doctor,
            .patient = pair.patient,
            .patient_name = patient.name,
            .patient_email = patient.email,
            .status = "PENDING",
            .payment_method = "ONLINE",
            .gender = "FEMALE",
            .city = "Pune",
            .age = 41,
            .date = WallTime(std::chrono::milliseconds(1'800'000'000'000)),
            .begins_at = WallTime(std::chrono::milliseconds(1'800'000'123'456))};
  }
  static void expect_same(const chat::Appointment& found, const chat::Appointment& written) {
    EXPECT_EQ(found.id, written.id);
    EXPECT_EQ(found.doctor, written.doctor);
    EXPECT_EQ(found.patient, written.patient);
    EXPECT_EQ(found.patient_name, written.patient_name);
    EXPECT_EQ(found.patient_email, written.patient_email);
    EXPECT_EQ(found.status, written.status);
    EXPECT_EQ(found.payment_method, written.payment_method);
    EXPECT_EQ(found.gender, written.gender);
    EXPECT_EQ(found.city, written.city);
    EXPECT_EQ(found.age, written.age);
    EXPECT_EQ(found.date, written.date);
    EXPECT_EQ(found.begins_at, written.begins_at);
  }
};

TEST_P(InboxContract, KeepsANotificationThatNobodyHasRead) {
  const auto user = add_user("a@clinic.example", Role::patient);
  set_clock(std::chrono::milliseconds(1'800'000'000'000));

  const auto full = await(inbox().add_notification({.user = user.id,
                                                    .message = "Dr. Rao has answered",
                                                    .action_href = "/chat",
                                                    .action_label = "Read"}));
  const auto bare = await(inbox().add_notification({.user = user.id, .message = ""}));

  ASSERT_TRUE(full) << full.error().describe();
  EXPECT_EQ(full->user, user.id);
  EXPECT_EQ(full->message, "Dr. Rao has answered");
  EXPECT_EQ(full->action_href, "/chat");
  EXPECT_EQ(full->action_label, "Read");
  EXPECT_FALSE(full->is_read);
  EXPECT_EQ(full->created_at, WallTime(std::chrono::milliseconds(1'800'000'000'000)));
  ASSERT_TRUE(bare) << bare.error().describe();
  EXPECT_EQ(bare->action_href, std::nullopt);
  EXPECT_EQ(bare->action_label, std::nullopt);
  EXPECT_NE(bare->id, full->id);
}

TEST_P(InboxContract, RefusesANotificationForNobody) {
  const chat::UserId none("none");

  EXPECT_EQ(await(inbox().add_notification({.user = none, .message = "x"})).error().code,
            StoreError::not_found);
}

TEST_P(InboxContract, FindsAnAppointmentByEitherIdOfItsDoctor) {
  const auto pair = add_pair("a");
  const auto written = appointment(pair);
  add_appointment(written, "doctor-row");

  for (const std::string& doctor : {std::string("doctor-row"), pair.doctor.text()}) {
    const auto found = await(inbox().find_appointment(doctor, written.id));
    ASSERT_TRUE(found) << found.error().describe();
    expect_same(*found, written);
  }
}

TEST_P(InboxContract, FindsAnAppointmentWithoutWhatTheDatabaseDoesNotKnow) {
  const auto pair = add_pair("a");
  auto written = appointment(pair);
  written.payment_method = written.gender = written.city = std::nullopt;
  written.age = std::nullopt;
  add_appointment(written, "doctor-row");

  const auto found = await(inbox().find_appointment("doctor-row", written.id));

  ASSERT_TRUE(found) << found.error().describe();
  expect_same(*found, written);
}

TEST_P(InboxContract, FindsNobodyElsesAppointment) {
  const auto pair = add_pair("a");
  const auto other = add_pair("b");
  const chat::AppointmentId none("none");
  EXPECT_EQ(await(inbox().find_appointment(pair.doctor.text(), none)).error().code,
            StoreError::not_found);
  const auto written = appointment(pair);
  add_appointment(written, "doctor-row");

  for (const std::string& doctor :
       {other.doctor.text(), pair.patient.text(), std::string(), std::string("none")}) {
    EXPECT_EQ(await(inbox().find_appointment(doctor, written.id)).error().code,
              StoreError::not_found);
  }
  EXPECT_EQ(await(inbox().find_appointment("doctor-row", none)).error().code,
            StoreError::not_found);
}

INSTANTIATE_TEST_SUITE_P(Every, InboxContract, ::testing::ValuesIn(implementations()),
                         implementation_name);

}  // namespace
}  // namespace quickclinic::store
