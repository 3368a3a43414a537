#include "server/wire_format.hpp"

#include "base/clock.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace quickclinic::server {
namespace {

chat::User user(std::string_view id, std::string_view name, chat::Role role) {
  return {.id = chat::UserId(id),
          .email = std::string(id) + "@clinic.test",
          .name = std::string(name),
          .role = role,
          .active = true,
          .created_at = {}};
}

class WireFormat : public ::testing::Test {
 protected:
  WireFormat() {
    const chat::Membership membership{.relation = {.id = chat::RelationId("r1"),
                                                   .doctor = doctor.id,
                                                   .patient = patient.id,
                                                   .created_at = {}},
                                      .doctor = doctor,
                                      .patient = patient};
    conversation = *chat::Conversation::open(membership, doctor.id);
    hello.id = chat::MessageId("m1");
    hello.relation = chat::RelationId("r1");
    hello.sender = patient.id;
    hello.text = "Hello";
    hello.created_at = *parse_iso8601("2026-01-02T03:04:05.678Z");
  }

  chat::User doctor = user("d1", "Dr. \"Bones\"", chat::Role::doctor);
  chat::User patient = user("p1", "Pat", chat::Role::patient);
  chat::Conversation conversation;
  chat::Message hello;
  std::string hello_text =
      R"({"id":"m1","text":"Hello","senderId":"p1","senderName":"Pat","senderRole":"PATIENT",)"
      R"("createdAt":"2026-01-02T03:04:05.678Z"})";
};

TEST_F(WireFormat, WritesAMessage) {
  EXPECT_EQ(wire::new_message(hello, conversation.author(patient.id)),
            "{\"message\":" + hello_text + "}");
}

TEST_F(WireFormat, WritesTheClientMessageIdLast) {
  const std::string told = wire::new_message(hello, conversation.author(patient.id));

  EXPECT_EQ(wire::with_client_id(told, chat::ClientMessageId("c\"1")),
            told.substr(0, told.size() - 2) + R"(,"clientMessageId":"c\"1"}})");
}

TEST_F(WireFormat, EscapesTextAndNames) {
  hello.sender = doctor.id;
  hello.text = "a\"b\\c\n\t\x01</script> \xe2\x82\xac";

  EXPECT_EQ(wire::new_message(hello, conversation.author(doctor.id)),
            R"({"message":{"id":"m1","text":"a\"b\\c\n\t\u0001</script> )"
            "\xe2\x82\xac"
            R"(","senderId":"d1","senderName":"Dr. \"Bones\"","senderRole":"DOCTOR",)"
            R"("createdAt":"2026-01-02T03:04:05.678Z"}})");
}

TEST_F(WireFormat, WritesListsOfMessages) {
  EXPECT_EQ(wire::messages({}, conversation), "[]");
  EXPECT_EQ(wire::messages({hello, hello}, conversation),
            "[" + hello_text + "," + hello_text + "]");
}

TEST_F(WireFormat, GreetsByTheSideOfTheRelation) {
  EXPECT_EQ(wire::connected(conversation),
            R"({"message":"Connected successfully","userId":"d1","userName":"Dr. \"Bones\"",)"
            R"("userRole":"DOCTOR","relationId":"r1"})");
}

TEST_F(WireFormat, GreetsNotificationConnectionsByTheRoleOfTheUser) {
  EXPECT_EQ(wire::notification_connected(user("a1", "Ada", chat::Role::admin)),
            R"({"message":"Connected to notifications","userId":"a1","userName":"Ada",)"
            R"("userRole":"ADMIN"})");
}

TEST_F(WireFormat, WritesAPageOfHistory) {
  const chat::Mark mark{
      .user = patient.id, .message = chat::MessageId("m1"), .at = hello.created_at};

  EXPECT_EQ(wire::initial_messages({.messages = {hello}, .total = 3, .marks = {mark}},
                                   {.page = 2, .limit = 1}, conversation),
            "\"messages\":[" + hello_text +
                R"(],"pagination":{"page":2,"limit":1,"total":3,"hasMore":true},)"
                R"("readState":{"p1":"m1"})");
}

struct HasMoreCase {
  std::int64_t page;
  std::int64_t limit;
  std::int64_t total;
  bool more;
};

TEST_F(WireFormat, SaysWhetherThereIsMore) {
  constexpr auto huge = std::numeric_limits<std::int64_t>::max();
  const HasMoreCase cases[] = {{1, 20, 0, false},    {1, 20, 20, false}, {1, 20, 21, true},
                               {2, 20, 40, false},   {2, 20, 41, true},  {3, 20, 40, false},
                               {huge, 100, 1, false}};
  for (const HasMoreCase& one : cases) {
    const std::string fields =
        wire::initial_messages({.messages = {}, .total = one.total, .marks = {}},
                               {.page = one.page, .limit = one.limit}, conversation);
    EXPECT_EQ(fields.find("\"hasMore\":true") != std::string::npos, one.more) << fields;
  }
}

TEST_F(WireFormat, WritesTypingAndReading) {
  EXPECT_EQ(wire::user_typing(conversation.self()),
            R"({"userId":"d1","userName":"Dr. \"Bones\"","userRole":"DOCTOR"})");
  EXPECT_EQ(wire::message_read(
                {.user = patient.id, .message = chat::MessageId("m1"), .at = hello.created_at}),
            R"({"messageId":"m1","readBy":"p1","readAt":"2026-01-02T03:04:05.678Z"})");
}

TEST_F(WireFormat, WritesErrorsAndAcknowledgements) {
  const ErrorReply reply{"bad_request", "Invalid payload"};

  EXPECT_EQ(wire::error_event(reply, "send_message"),
            R"({"message":"Invalid payload","code":"bad_request","event":"send_message"})");
  EXPECT_EQ(wire::ack(), R"([{"ok":true}])");
  EXPECT_EQ(wire::ack("\"a\":1"), R"([{"ok":true,"a":1}])");
  EXPECT_EQ(wire::refusing_ack(reply),
            R"([{"ok":false,"error":{"code":"bad_request","message":"Invalid payload"}}])");
}

}  // namespace
}  // namespace quickclinic::server
