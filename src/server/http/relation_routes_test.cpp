#include "server/http/relation_routes.hpp"

#include "chat/message_id.hpp"
#include "server/http/api_test.hpp"
#include "server/run_blocking.hpp"

namespace quickclinic::server {
namespace {

class HttpRelations : public test::Api {
 protected:
  static constexpr std::string_view path = "/api/doctorpatientrelations";

  testing::HttpAnswer add(const chat::User& caller, const chat::UserId& doctor,
                          const chat::UserId& patient) {
    return post(path,
                "{\"doctorsUserId\":\"" + doctor.text() + "\",\"patientsUserId\":\"" +
                    patient.text() + "\"}",
                bearer(caller));
  }
  testing::HttpAnswer list(const chat::User& caller, std::string_view query = {}) {
    return get(std::string(path) + std::string(query), bearer(caller));
  }
  // Messages a millisecond apart, so that the latest is certain.
  chat::Message say(const std::string& relation, const chat::User& sender,
                    const std::string& text) {
    return run_blocking(clinic.store.append({.id = chat::new_message_id(),
                                             .relation = chat::RelationId(relation),
                                             .sender = sender.id,
                                             .text = text}))
        .value()
        .message;
  }
  std::string summary(const std::string& relation, const chat::User& other, std::string_view last,
                      std::string_view at, int unread) const {
    return "{\"id\":\"" + relation + "\",\"doctorsUserId\":\"" + clinic.doctor.id.text() +
           "\",\"patientsUserId\":\"" + other.id.text() +
           "\",\"doctorName\":\"Bones\",\"patientName\":\"" + other.name +
           "\",\"lastMessage\":" + std::string(last) + ",\"lastMessageAt\":" + std::string(at) +
           ",\"unreadCount\":" + std::to_string(unread) + "}";
  }
};

TEST_F(HttpRelations, AreMadeOnceForAPair) {
  const chat::User third = run_blocking(clinic.store.add_user({.email = "t@clinic.test",
                                                               .name = "Tess",
                                                               .password_hash = "*",
                                                               .role = chat::Role::patient}))
                               .value();

  const auto made = add(clinic.doctor, clinic.doctor.id, third.id);
  const auto found = add(third, clinic.doctor.id, third.id);
  const auto by_admin = add(clinic.admin, clinic.doctor.id, third.id);

  const std::string id = field(made.body, "id");
  const std::string relation = "{\"relation\":{\"id\":\"" + id + "\",\"doctorsUserId\":\"" +
                               clinic.doctor.id.text() + "\",\"patientsUserId\":\"" +
                               third.id.text() + "\",\"createdAt\":\"" +
                               field(made.body, "createdAt") + "\"},\"isNew\":";
  expect(made, 201, relation + "true}");
  expect(found, 200, relation + "false}");
  expect(by_admin, 200, relation + "false}");
  EXPECT_EQ(audited(chat::AuditAction::add_relation),
            clinic.doctor.id.text() + " " + id + " " + third.id.text() + " ok\n" + third.id.text() +
                " " + id + " " + clinic.doctor.id.text() + " ok\n" + clinic.admin.id.text() + " " +
                id + " " + clinic.doctor.id.text() + " ok\n");
}

TEST_F(HttpRelations, NeedADoctorAndAPatient) {
  const chat::UserId none("none");

  expect(add(clinic.admin, none, clinic.patient.id), 404, error("Doctor not found"));
  expect(add(clinic.admin, clinic.patient.id, clinic.patient.id), 404, error("Doctor not found"));
  expect(add(clinic.doctor, clinic.doctor.id, none), 404, error("Patient not found"));
  expect(add(clinic.doctor, clinic.doctor.id, clinic.doctor.id), 404, error("Patient not found"));
}

TEST_F(HttpRelations, AreMadeByThePartiesAlone) {
  expect(add(clinic.other_patient, clinic.doctor.id, clinic.patient.id), 403, error("Forbidden"));
  expect(post(path, R"({"doctorsUserId":"a","patientsUserId":"b"})"), 401, error("Unauthorized"));
}

TEST_F(HttpRelations, NeedBothIdsAsText) {
  for (const std::string body : {"{}", R"({"doctorsUserId":"a"})", R"({"patientsUserId":"a"})",
                                 R"({"doctorsUserId":1,"patientsUserId":2})",
                                 R"({"doctorsUserId":"","patientsUserId":"a"})"}) {
    expect(post(path, body, bearer(clinic.admin)), 400,
           error("doctorsUserId and patientsUserId are required"));
  }
}

TEST_F(HttpRelations, AreListedLatestFirst) {
  say(clinic.other_relation, clinic.other_patient, "before");
  const auto before = say(clinic.other_relation, clinic.doctor, "earlier");
  run_blocking(
      clinic.store.mark_read(chat::RelationId(clinic.other_relation), clinic.doctor.id, before.id))
      .value();
  auto latest = say(clinic.relation, clinic.patient, "Hello");
  while (latest.created_at <= before.created_at)
    latest = say(clinic.relation, clinic.patient, "Hello");
  const auto said = run_blocking(clinic.store.page(chat::RelationId(clinic.relation), {})).value();

  const std::string other = summary(clinic.other_relation, clinic.other_patient, "\"earlier\"",
                                    "\"" + iso8601(before.created_at) + "\"", 0);
  const std::string first =
      summary(clinic.relation, clinic.patient, "\"Hello\"",
              "\"" + iso8601(latest.created_at) + "\"", static_cast<int>(said.total));
  expect(list(clinic.doctor), 200, "{\"relations\":[" + first + "," + other + "]}");
  expect(list(clinic.doctor, "?role=DOCTOR&userId=" + clinic.doctor.id.text()), 200,
         "{\"relations\":[" + first + "," + other + "]}");
  expect(list(clinic.doctor, "?role=PATIENT"), 200, "{\"relations\":[]}");
  expect(list(clinic.admin), 200, "{\"relations\":[]}");
}

TEST_F(HttpRelations, AreListedWithoutAMessageWhereThereIsNone) {
  expect(list(clinic.patient), 200,
         "{\"relations\":[" + summary(clinic.relation, clinic.patient, "null", "null", 0) + "]}");
}

TEST_F(HttpRelations, OfSomebodyElseAreForAdminsAndWithoutTheirText) {
  const auto last = say(clinic.relation, clinic.doctor, "between us");
  const std::string query = "?userId=" + clinic.patient.id.text();

  expect(list(clinic.doctor, query), 403, error("Forbidden"));
  expect(list(clinic.admin, query), 200,
         "{\"relations\":[" +
             summary(clinic.relation, clinic.patient, "null",
                     "\"" + iso8601(last.created_at) + "\"", 1) +
             "]}");
}

TEST_F(HttpRelations, AreAskedForWithSaneParameters) {
  for (const std::string query : {"?role=ADMIN", "?role=doctor", "?role="}) {
    expect(list(clinic.doctor, query), 400, error("role must be DOCTOR or PATIENT"));
  }
  for (const std::string query :
       {"?role=DOCTOR&role=PATIENT", "?userId=a&userId=b", "?userId=%00", "?userId=%ff"}) {
    expect(list(clinic.doctor, query), 400, error("Malformed query"));
  }
}

}  // namespace
}  // namespace quickclinic::server
