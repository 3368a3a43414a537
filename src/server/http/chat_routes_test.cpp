#include "server/http/chat_routes.hpp"

#include "chat/message_id.hpp"
#include "server/http/api_test.hpp"
#include "server/run_blocking.hpp"

namespace quickclinic::server {
namespace {

class HttpChats : public test::Api {
 protected:
  explicit HttpChats(unsigned shards = 4) : Api(shards) {}

  std::string path(std::string_view query = {}) const {
    return "/api/doctorpatientrelations/" + clinic.relation + "/chats" + std::string(query);
  }
  testing::HttpAnswer say(const chat::User& user, std::string_view body) {
    return post(path(), body, bearer(user));
  }
  std::vector<chat::Message> fill(int count) {
    std::vector<chat::Message> sent;
    for (int i = 1; i <= count; ++i) {
      sent.push_back(
          run_blocking(clinic.store.append({.id = chat::new_message_id(),
                                            .relation = chat::RelationId(clinic.relation),
                                            .sender = clinic.patient.id,
                                            .text = std::to_string(i),
                                            .address = "127.0.0.1"}))
              .value()
              .message);
    }
    return sent;
  }
  std::string chat(std::string_view id, std::string_view text, const chat::User& sender,
                   std::string_view at) const {
    return "{\"id\":\"" + std::string(id) + "\",\"doctorPatientRelationId\":\"" + clinic.relation +
           "\",\"text\":\"" + std::string(text) + "\",\"senderId\":\"" + sender.id.text() +
           "\",\"senderName\":\"" + sender.name + "\",\"senderRole\":\"" +
           (sender.role == chat::Role::doctor ? "DOCTOR" : "PATIENT") + "\",\"createdAt\":\"" +
           std::string(at) + "\",\"updatedAt\":\"" + std::string(at) + "\"}";
  }
};

TEST_F(HttpChats, AreReadAPageAtATime) {
  const auto sent = fill(5);
  const auto expected = [&](int from, int to, std::string_view pagination) {
    std::string all = "{\"chats\":[";
    for (int i = from; i <= to; ++i) {
      const auto& message = sent.at(static_cast<std::size_t>(i - 1));
      if (i > from) all += ",";
      all += chat(message.id.text(), message.text, clinic.patient, iso8601(message.created_at));
    }
    return all + "],\"pagination\":" + std::string(pagination) + "}";
  };

  expect(
      get(path("?limit=2"), bearer(clinic.doctor)), 200,
      expected(
          4, 5,
          R"({"currentPage":1,"pageSize":2,"totalMessages":5,"totalPages":3,"hasNextPage":true,"hasPreviousPage":false})"));
  expect(
      get(path("?page=3&limit=2"), bearer(clinic.patient)), 200,
      expected(
          1, 1,
          R"({"currentPage":3,"pageSize":2,"totalMessages":5,"totalPages":3,"hasNextPage":false,"hasPreviousPage":true})"));
  expect(
      get(path("?order=oldest&limit=4"), bearer(clinic.patient)), 200,
      expected(
          1, 4,
          R"({"currentPage":1,"pageSize":4,"totalMessages":5,"totalPages":2,"hasNextPage":true,"hasPreviousPage":false})"));
  expect(
      get(path("?page=9007199254740991"), bearer(clinic.patient)), 200,
      expected(
          1, 0,
          R"({"currentPage":9007199254740991,"pageSize":20,"totalMessages":5,"totalPages":1,"hasNextPage":false,"hasPreviousPage":true})"));
}

TEST_F(HttpChats, ComeWithTheReadStateWhenItIsAskedFor) {
  const auto sent = fill(1);
  const chat::RelationId relation(clinic.relation);
  run_blocking(clinic.store.mark_read(relation, clinic.doctor.id, sent[0].id)).value();
  const auto answered = [&](std::string_view query) {
    return get(path(query), bearer(clinic.patient)).body;
  };
  const std::string state =
      ",\"readState\":{\"" + clinic.doctor.id.text() + "\":\"" + sent[0].id.text() + "\"}}";

  EXPECT_TRUE(answered("?readState=true").ends_with(state)) << answered("?readState=true");
  EXPECT_FALSE(answered("").contains("readState"));
  expect(get(path("?readState=true&readState=true"), bearer(clinic.patient)), 400,
         error("Malformed query"));
}

TEST_F(HttpChats, AreAskedForWithSaneNumbers) {
  for (const std::string query :
       {"?page=0", "?page=-1", "?page=1.0", "?page=1e3", "?page=+1", "?page=%201", "?page=",
        "?page=x", "?page", "?page=9007199254740992", "?page=99999999999999999999", "?limit=0",
        "?limit=-5", "?limit=1e9", "?limit=", "?page=1&page=2", "?limit=1&limit=1", "?page=0x1"}) {
    expect(get(path(query), bearer(clinic.doctor)), 400,
           error("page and limit must be positive integers"));
  }
  for (const std::string query : {"?limit=101", "?limit=1000000000"}) {
    expect(get(path(query), bearer(clinic.doctor)), 400, error("limit cannot exceed 100"));
  }
  for (const std::string query : {"?order=", "?order=asc", "?order=newest&order=newest"}) {
    expect(get(path(query), bearer(clinic.doctor)), 400, error("order must be newest or oldest"));
  }
}

TEST_F(HttpChats, AreForTheTwoMembersAlone) {
  const std::string nowhere = "/api/doctorpatientrelations/nowhere/chats";
  for (const chat::User& user : {clinic.other_patient, clinic.admin}) {
    expect(get(path(), bearer(user)), 403, error("Forbidden"));
    expect(say(user, R"({"text":"Hello"})"), 403, error("Forbidden"));
  }
  expect(get(path()), 401, error("Unauthorized"));
  expect(post(path(), R"({"text":"Hello"})"), 401, error("Unauthorized"));
  expect(get(nowhere, bearer(clinic.doctor)), 404, error("Relation not found"));
  expect(post(nowhere, R"({"text":"Hello"})", bearer(clinic.admin)), 404,
         error("Relation not found"));
  EXPECT_TRUE(clinic.stored(clinic.relation).empty());
}

TEST_F(HttpChats, AreSaidAsOverTheSocket) {
  auto doctor = clinic.enter(clinic.doctor, clinic.relation);
  auto patient = clinic.enter(clinic.patient, clinic.relation);

  const auto answer = say(clinic.doctor, R"({"text":" Hello "})");

  const std::string id = field(answer.body, "id");
  const std::string at = field(answer.body, "createdAt");
  expect(answer, 201, "{\"chat\":" + chat(id, "Hello", clinic.doctor, at) + "}");
  const std::string shown =
      "2[\"new_message\",{\"message\":{\"id\":\"" + id + "\",\"text\":\"Hello\",\"senderId\":\"" +
      clinic.doctor.id.text() +
      "\",\"senderName\":\"Bones\",\"senderRole\":\"DOCTOR\",\"createdAt\":\"" + at + "\"}}]";
  EXPECT_EQ(doctor.next(), shown);
  EXPECT_EQ(patient.next(), shown);
  EXPECT_EQ(clinic.stored(clinic.relation), std::vector<std::string>{"Hello"});
}

TEST_F(HttpChats, AreOneWhenTheSameIsSaidAgainHereOrThere) {
  auto doctor = clinic.enter(clinic.doctor, clinic.relation);
  auto patient = clinic.enter(clinic.patient, clinic.relation);
  const std::string_view hello = R"({"message":"Hello","clientMessageId":"c1"})";

  const auto first = say(clinic.doctor, hello);
  const auto second = say(clinic.doctor, hello);
  const std::string ack =
      doctor.call("send_message", R"({"text":"Edited","clientMessageId":"c1"})");
  say(clinic.doctor, R"({"text":"End"})");

  EXPECT_EQ(first.status, 201U);
  expect(second, 201, first.body);
  EXPECT_EQ(field(ack, "id"), field(first.body, "id"));
  EXPECT_EQ(clinic.stored(clinic.relation), (std::vector<std::string>{"Hello", "End"}));
  EXPECT_EQ(field(patient.next(), "text"), "Hello");
  EXPECT_EQ(field(patient.next(), "text"), "End");
  const auto heard = doctor.heard();
  EXPECT_EQ(field(heard.empty() ? doctor.next() : heard[0], "clientMessageId"), "c1");
}

TEST_F(HttpChats, TakeTheSenderFromTheTokenAlone) {
  const auto answer =
      say(clinic.doctor, "{\"text\":\"Hello\",\"senderId\":\"" + clinic.patient.id.text() +
                             R"(","id":"forged","createdAt":"2000-01-01"})");

  EXPECT_EQ(field(answer.body, "senderId"), clinic.doctor.id.text());
  EXPECT_NE(field(answer.body, "id"), "forged");
}

TEST_F(HttpChats, RefuseWhatIsNoMessage) {
  for (const std::string body : {"{}", R"({"text":""})", R"({"text":" \n"})", R"({"text":7})",
                                 R"({"text":null,"message":""})"}) {
    expect(say(clinic.doctor, body), 400, error("message and senderId are required"));
  }
  for (const std::string body :
       {R"({"text":"x","clientMessageId":7})", R"({"text":"x","clientMessageId":""})",
        R"({"text":"x","clientMessageId":"\n"})", R"({"text":"a\u0000b"})"}) {
    expect(say(clinic.doctor, body), 400, error("Invalid payload"));
  }
  expect(say(clinic.doctor, "{\"text\":\"" + std::string(4001, 'x') + "\"}"), 413,
         error("Message is too long"));
  EXPECT_TRUE(clinic.stored(clinic.relation).empty());
}

TEST_F(HttpChats, SayWhenTheDatabaseDoesNotTakeThem) {
  clinic.fail(chat::StoreError::unavailable);
  expect(say(clinic.doctor, R"({"text":"Lost"})"), 503, error("Service unavailable"));
  expect(get(path(), bearer(clinic.doctor)), 503, error("Service unavailable"));
  clinic.recover();
  EXPECT_TRUE(clinic.stored(clinic.relation).empty());
}

TEST_F(HttpChats, AreAudited) {
  const auto sent = fill(2);
  get(path(), bearer(clinic.doctor));
  get(path("?page=0"), bearer(clinic.doctor));
  get(path(), bearer(clinic.admin));
  say(clinic.admin, R"({"text":"x"})");
  say(clinic.doctor, R"({"text":""})");

  const std::string there = " " + clinic.relation + " ";
  EXPECT_EQ(audited(chat::AuditAction::read_history),
            clinic.doctor.id.text() + there + sent[1].id.text() + " ok\n" +
                clinic.doctor.id.text() + there + " bad_request\n" + clinic.admin.id.text() +
                there + " forbidden\n");
  const std::string sends = audited(chat::AuditAction::send);
  EXPECT_TRUE(sends.ends_with(clinic.admin.id.text() + there + " forbidden\n" +
                              clinic.doctor.id.text() + there + " bad_request\n"))
      << sends;
}

}  // namespace
}  // namespace quickclinic::server
