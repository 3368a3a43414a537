#include "server/http/notification_routes.hpp"

#include "server/http/api_test.hpp"

namespace quickclinic::server {
namespace {

constexpr std::string_view key = "0123456789abcdef0123456789abcdef";

class HttpNotifications : public test::Api {
 protected:
  explicit HttpNotifications(bool with_key = true)
      : Api(2, [with_key](settings::Settings& settings) {
          if (with_key) settings.internal_api_key = settings::Secret(std::string(key));
        }) {}

  testing::HttpAnswer tell(std::string_view name, std::string_view body) {
    return post("/api/notifications/" + std::string(name), body,
                "Authorization: Bearer " + std::string(key) + "\r\n");
  }
  testing::SocketIoClient listen(const chat::User& user) const {
    auto client = clinic.connect(clinic.auth(user));
    client.event("notification_connected");
    return client;
  }
  std::string user(std::string_view name, const chat::User& who) const {
    return "{\"" + std::string(name) + "\":\"" + who.id.text() + "\"";
  }
};

TEST_F(HttpNotifications, AreBroadcastToAllDevicesOfOnePerson) {
  auto phone = listen(clinic.patient);
  auto chatting = clinic.enter(clinic.patient, clinic.relation);
  auto doctor = clinic.enter(clinic.doctor, clinic.relation);

  expect(
      tell(
          "broadcast",
          user("userId", clinic.patient) +
              R"(,"notification":{"id":"n1","message":"Hello","actionHref":"/x","actionLabel":"","createdAt":"2026-01-02T03:04:05.678Z","isRead":false,"more":1}})"),
      200, R"({"success":true})");
  doctor.call("send_message", R"({"text":"End"})");

  const std::string shown =
      R"(2["new_notification",{"notification":{"id":"n1","message":"Hello","actionHref":"/x","more":1,"createdAt":"2026-01-02T03:04:05.678Z","isRead":false}}])";
  EXPECT_EQ(field(phone.next(), "id"), "n1");
  EXPECT_EQ(chatting.next().size(), shown.size());
  for (const std::string& packet : doctor.heard()) EXPECT_EQ(packet.find("notif"), packet.npos);
  EXPECT_EQ(audited(chat::AuditAction::notify), "  " + clinic.patient.id.text() + " ok\n");
}

TEST_F(HttpNotifications, FillInWhatAServiceLeavesOut) {
  auto phone = listen(clinic.patient);

  tell("broadcast", user("userId", clinic.patient) + R"(,"notification":{"message":"Hello"}})");

  const std::string packet = phone.next();
  EXPECT_EQ(packet, "2[\"new_notification\",{\"notification\":{\"message\":\"Hello\",\"id\":\"" +
                        field(packet, "id") + "\",\"createdAt\":\"" + field(packet, "createdAt") +
                        "\",\"isRead\":false}}]");
  EXPECT_EQ(field(packet, "id").size(), 25U);
}

TEST_F(HttpNotifications, TellADoctorOfARequest) {
  auto doctor = listen(clinic.doctor);

  expect(tell("new-appointment",
              user("doctorUserId", clinic.doctor) +
                  R"(,"notification":{"message":"A request"},"appointment":{"id":"a1","x":[1]}})"),
         200, R"({"success":true})");

  EXPECT_TRUE(doctor.next().starts_with("2[\"new_notification\","));
  EXPECT_EQ(doctor.next(), R"(2["new_appointment_request",{"appointment":{"id":"a1","x":[1]}}])");
}

TEST_F(HttpNotifications, KeepWhatBecameOfAnAppointment) {
  auto patient = listen(clinic.patient);

  const auto answer = tell(
      "appointment-status",
      user("patientUserId", clinic.patient) +
          R"(,"appointmentId":"a1","status":"CONFIRMED","appointmentDate":"2026-01-02T00:00:00.000Z","appointmentTime":"2026-01-02T10:30:00.000Z","doctorName":"Dr. Rao"})");

  const auto stored = clinic.store.notifications().at(0);
  EXPECT_EQ(stored.user, clinic.patient.id);
  EXPECT_EQ(stored.message,
            "Your appointment with Dr. Rao on 2026-01-02 at 10:30 UTC was confirmed.");
  const std::string notification = "{\"id\":\"" + stored.id.text() + "\",\"message\":\"" +
                                   stored.message + "\",\"createdAt\":\"" +
                                   iso8601(stored.created_at) + "\",\"isRead\":false}";
  expect(answer, 200, "{\"success\":true,\"notification\":" + notification + "}");
  EXPECT_EQ(patient.next(), "2[\"new_notification\",{\"notification\":" + notification + "}]");
  EXPECT_EQ(
      patient.next(),
      R"(2["appointment_status_update",{"appointment":{"id":"a1","status":"CONFIRMED","appointmentDate":"2026-01-02T00:00:00.000Z","appointmentTime":"2026-01-02T10:30:00.000Z","doctorName":"Dr. Rao"}}])");
}

TEST_F(HttpNotifications, ReadAnAppointmentForItsDoctor) {
  clinic.store.add_appointment({.id = chat::AppointmentId("a1"),
                                .doctor = clinic.doctor.id,
                                .patient = clinic.patient.id,
                                .patient_name = "Pat",
                                .patient_email = "Pat@clinic.test",
                                .status = "PENDING",
                                .payment_method = "ONLINE",
                                .gender = "MALE",
                                .city = std::nullopt,
                                .age = 41,
                                .date = parse_iso8601("2026-01-02T00:00:00.000Z").value(),
                                .begins_at = parse_iso8601("2026-01-02T10:30:00.000Z").value()},
                               "doctor-row");
  auto doctor = listen(clinic.doctor);

  const auto answer = tell("appointment", R"({"doctorId":"doctor-row","appointmentId":"a1"})");

  const auto stored = clinic.store.notifications().at(0);
  EXPECT_EQ(stored.message, "Pat asks for an appointment on 2026-01-02 at 10:30 UTC.");
  const std::string notification = "{\"id\":\"" + stored.id.text() + "\",\"message\":\"" +
                                   stored.message + "\",\"createdAt\":\"" +
                                   iso8601(stored.created_at) + "\",\"isRead\":false}";
  const std::string appointment =
      R"({"id":"a1","patientName":"Pat","patientString":"Pat@clinic.test","gender":"MALE","appointmentDate":"2026-01-02T00:00:00.000Z","appointmentTime":"2026-01-02T10:30:00.000Z","status":"PENDING","city":"N/A","age":41,"paymentMethod":"ONLINE"})";
  expect(answer, 200,
         "{\"success\":true,\"notification\":" + notification + ",\"appointment\":" + appointment +
             "}");
  EXPECT_EQ(doctor.next(), "2[\"new_notification\",{\"notification\":" + notification + "}]");
  EXPECT_EQ(doctor.next(), "2[\"new_appointment_request\",{\"appointment\":" + appointment + "}]");
  expect(tell("appointment", R"({"doctorId":"other","appointmentId":"a1"})"), 404,
         error("Appointment not found"));
}

TEST_F(HttpNotifications, SayWhatIsMissing) {
  const std::tuple<std::string, std::string, std::vector<std::string>> cases[] = {
      {"broadcast",
       "userId and a notification are required",
       {"{}", R"({"userId":"u"})", R"({"userId":"u","notification":"x"})",
        R"({"userId":"u","notification":{}})", R"({"userId":7,"notification":{"message":"x"}})"}},
      {"new-appointment",
       "doctorUserId, notification, and appointment are required",
       {"{}", R"({"doctorUserId":"u","notification":{"message":"x"}})",
        R"({"doctorUserId":"u","notification":{"message":"x"},"appointment":7})"}},
      {"appointment-status",
       "patientUserId, appointmentId, and status are required",
       {"{}", R"({"patientUserId":"u","appointmentId":"a"})",
        R"({"patientUserId":"u","appointmentId":"a","status":7})"}},
      {"appointment",
       "doctorId and appointmentId are required",
       {"{}", R"({"doctorId":"d"})", R"({"doctorId":"d","appointmentId":7})"}},
  };
  for (const auto& [name, message, bodies] : cases) {
    for (const std::string& body : bodies) expect(tell(name, body), 400, error(message));
  }
  expect(tell("appointment-status",
              R"({"patientUserId":"nobody","appointmentId":"a","status":"CONFIRMED"})"),
         404, error("User not found"));
  EXPECT_TRUE(clinic.store.notifications().empty());
}

TEST_F(HttpNotifications, NeedTheKey) {
  const std::string body = user("userId", clinic.patient) + R"(,"notification":{"message":"x"}})";
  for (const std::string& headers :
       {std::string(), bearer(clinic.admin), std::string("Authorization: Bearer wrong\r\n"),
        "Authorization: Bearer " + std::string(key.substr(1)) + "\r\n",
        "Authorization: Basic " + std::string(key) + "\r\n",
        "Cookie: token=" + std::string(key) + "\r\n"}) {
    expect(post("/api/notifications/broadcast", body, headers), 401, error("Unauthorized"));
  }
}

class HttpNotificationsWithoutKey : public HttpNotifications {
 protected:
  HttpNotificationsWithoutKey() : HttpNotifications(false) {}

  unsigned status(std::string_view host, std::string_view headers = {}) {
    testing::HttpClient client(clinic.port());
    const std::string body = user("userId", clinic.patient) + R"(,"notification":{"message":"x"}})";
    client.socket().write(
        "POST /api/notifications/broadcast HTTP/1.1\r\nHost: " + std::string(host) +
        "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
        "\r\n" + std::string(headers) + "\r\n" + body);
    return client.receive().status;
  }
};

TEST_F(HttpNotificationsWithoutKey, AreForThisMachineAlone) {
  for (const std::string host : {"localhost", "localhost:4000", "127.0.0.1:4000", "[::1]:4000"}) {
    EXPECT_EQ(status(host), 200U) << host;
  }
  for (const std::string host :
       {"clinic.test", "localhost.clinic.test", "127.0.0.1.clinic.test", "10.0.0.1", "[::2]"}) {
    EXPECT_EQ(status(host), 403U) << host;
  }
  for (const std::string header : {"Origin: http://localhost:3000\r\n",
                                   "Forwarded: for=10.0.0.1\r\n", "X-Forwarded-For: 10.0.0.1\r\n",
                                   "x-forwarded-host: a\r\n", "X-Forwarded-Proto: https\r\n"}) {
    EXPECT_EQ(status("localhost", header), 403U) << header;
  }
}

}  // namespace
}  // namespace quickclinic::server
