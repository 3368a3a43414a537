#include "server/chat_events.hpp"

#include "server/test_clinic.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace quickclinic::server {
namespace {

using chat::StoreError;
using test::Clinic;
using test::field;
using test::refusing;
using testing::SocketIoClient;

class ChatEventsTest : public ::testing::TestWithParam<unsigned> {
 protected:
  Clinic clinic{GetParam()};
  SocketIoClient doctor = clinic.enter(clinic.doctor, clinic.relation);
  SocketIoClient patient = clinic.enter(clinic.patient, clinic.relation);

  // Sees `text` as the next event: nothing was shown before it.
  static void expect_next_message(SocketIoClient& client, std::string_view text) {
    const std::string packet = client.next();
    EXPECT_TRUE(packet.starts_with("2[\"new_message\",")) << packet;
    EXPECT_EQ(field(packet, "text"), text);
  }
};
INSTANTIATE_TEST_SUITE_P(Shards, ChatEventsTest, ::testing::Values(1U, 4U));

TEST_P(ChatEventsTest, SendStoresAndShowsTheWholeRoom) {
  const std::string ack = doctor.call("send_message", R"({"text":" Hello "})");

  const std::string message =
      "{\"id\":\"" + field(ack, "id") + "\",\"text\":\"Hello\",\"senderId\":\"" +
      clinic.doctor.id.text() +
      "\",\"senderName\":\"Bones\",\"senderRole\":\"DOCTOR\",\"createdAt\":\"" +
      field(ack, "createdAt") + "\"}";
  EXPECT_EQ(ack, "[{\"ok\":true,\"message\":" + message + "}]");
  const std::string shown = "2[\"new_message\",{\"message\":" + message + "}]";
  EXPECT_EQ(patient.next(), shown);
  const std::vector<std::string> before_ack = doctor.heard();
  EXPECT_EQ(before_ack.empty() ? doctor.next() : before_ack.at(0), shown);
  EXPECT_EQ(clinic.stored(clinic.relation), std::vector<std::string>{"Hello"});
}

TEST_P(ChatEventsTest, SendTellsTheClientMessageIdToTheSenderAlone) {
  SocketIoClient tablet = clinic.enter(clinic.doctor, clinic.relation);

  doctor.call("send_message", R"({"text":"Hello","clientMessageId":"c1"})");

  EXPECT_EQ(field(tablet.next(), "clientMessageId"), "c1");
  EXPECT_EQ(patient.next().find("clientMessageId"), std::string::npos);
}

TEST_P(ChatEventsTest, SendRepeatedIsStoredAndShownOnce) {
  SocketIoClient tablet = clinic.enter(clinic.doctor, clinic.relation);
  const std::string_view hello = R"({"text":"Hello","clientMessageId":"c1"})";

  const std::string first = doctor.call("send_message", hello);
  EXPECT_EQ(doctor.call("send_message", hello), first);
  EXPECT_EQ(tablet.call("send_message", R"({"text":"Edited","clientMessageId":"c1"})"), first);
  patient.call("send_message", R"({"text":"Same name, other sender","clientMessageId":"c1"})");
  doctor.call("send_message", R"({"text":"End"})");

  EXPECT_EQ(field(first, "clientMessageId"), "c1");
  std::vector<std::string> seen;
  for (const std::string& packet : patient.heard()) seen.push_back(field(packet, "text"));
  while (seen.empty() || seen.back() != "End") seen.push_back(field(patient.next(), "text"));
  EXPECT_EQ(seen, (std::vector<std::string>{"Hello", "Same name, other sender", "End"}));
  EXPECT_EQ(clinic.stored(clinic.relation), seen);
}

TEST_P(ChatEventsTest, SendThatTheStoreRefusesIsSeenByNobody) {
  const std::pair<StoreError, std::string_view> cases[] = {
      {StoreError::unavailable, "unavailable"}, {StoreError::overloaded, "unavailable"},
      {StoreError::corrupt, "internal"},        {StoreError::conflict, "conflict"},
      {StoreError::invalid, "not_found"},
  };
  for (const auto& [error, code] : cases) {
    clinic.fail(error);
    EXPECT_EQ(doctor.call("send_message", R"({"text":"Lost","clientMessageId":"c1"})"),
              refusing(code, "Failed to send message"));
    doctor.emit("send_message", R"({"text":"Lost"})");
    EXPECT_EQ(doctor.next(), "2[\"error\",{\"message\":\"Failed to send message\",\"code\":\"" +
                                 std::string(code) + "\",\"event\":\"send_message\"}]");
  }
  clinic.recover();

  EXPECT_EQ(field(doctor.call("send_message", R"({"text":"Kept","clientMessageId":"c1"})"), "text"),
            "Kept");

  expect_next_message(patient, "Kept");
  EXPECT_EQ(clinic.stored(clinic.relation), std::vector<std::string>{"Kept"});
}

TEST_P(ChatEventsTest, SendRefusesBadInputAndStoresNothing) {
  const std::string too_long(4001, 'x');
  const std::string invalid = refusing("bad_request", "Invalid payload");
  const std::string empty = refusing("bad_request", "Message cannot be empty");
  const std::string longer = refusing("too_large", "Message is too long");
  const std::pair<std::string, std::string> cases[] = {
      {"", invalid},
      {"null", invalid},
      {"\"Hello\"", invalid},
      {"[]", invalid},
      {"{}", invalid},
      {R"({"text":7})", invalid},
      {R"({"text":null})", invalid},
      {R"({"text":"a\u0000b"})", invalid},
      {R"({"text":"\ud800"})", invalid},
      {R"({"text":"Hello","clientMessageId":7})", invalid},
      {R"({"text":"Hello","clientMessageId":""})", invalid},
      {R"({"text":""})", empty},
      {R"({"text":" \n\t\u00a0"})", empty},
      {"{\"text\":\"" + too_long + "\"}", longer},
      {"{\"text\":\"" + std::string(2'000'000, 'x') + "\"}", longer},
  };
  for (const auto& [payload, answer] : cases) {
    EXPECT_EQ(doctor.call("send_message", payload), answer) << payload.substr(0, 60);
  }

  EXPECT_TRUE(clinic.stored(clinic.relation).empty());
  EXPECT_TRUE(doctor.call("send_message", "{\"text\":\"" + too_long.substr(1) + "\"}")
                  .starts_with("[{\"ok\":true"));
}

TEST_P(ChatEventsTest, SendTakesNobodysIdentityFromThePayload) {
  doctor.call("send_message",
              R"({"text":"Hello","senderId":"x","id":"m","relationId":"r","createdAt":"1970"})");

  EXPECT_EQ(field(patient.next(), "senderId"), clinic.doctor.id.text());
}

TEST_P(ChatEventsTest, SendHasOneOrderForEverybodyAndForHistory) {
  constexpr int each = 60;
  SocketIoClient reader = clinic.enter(clinic.patient, clinic.relation);
  std::vector<SocketIoClient> senders;
  for (int i = 0; i < 4; ++i) {
    senders.push_back(clinic.enter(i % 2 == 0 ? clinic.doctor : clinic.patient, clinic.relation));
  }

  std::vector<std::thread> threads;
  for (std::size_t who = 0; who < senders.size(); ++who) {
    threads.emplace_back([&senders, who] {
      for (int i = 0; i < each; ++i) {
        senders[who].emit("send_message", "{\"text\":\"" + std::to_string(who) + " " +
                                              std::to_string(i) + "\",\"clientMessageId\":\"" +
                                              std::to_string(who) + "/" + std::to_string(i) +
                                              "\"}");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  const auto read_all = [](SocketIoClient& client) {
    std::vector<std::string> texts;
    for (int i = 0; i < 4 * each; ++i) texts.push_back(field(client.next(), "text"));
    return texts;
  };
  const std::vector<std::string> seen = read_all(reader);
  EXPECT_EQ(read_all(doctor), seen);
  EXPECT_EQ(read_all(senders[0]), seen);
  EXPECT_EQ(clinic.stored(clinic.relation), seen);
}

TEST_P(ChatEventsTest, HistoryComesInPagesWithTheReadState) {
  for (const std::string_view text : {"1", "2", "3"}) {
    doctor.call("send_message", "{\"text\":\"" + std::string(text) + "\"}");
  }
  SocketIoClient late = clinic.enter(clinic.patient, clinic.relation);

  const std::string ack = late.call("get_initial_messages", R"({"page":1,"limit":2})");

  const std::string page = late.heard().at(0);
  EXPECT_EQ(field(page, "text"), "2");
  EXPECT_NE(
      page.find(R"("pagination":{"page":1,"limit":2,"total":3,"hasMore":true},"readState":{}})"),
      std::string::npos);
  const std::size_t begin = std::string_view("2[\"initial_messages\",{").size();
  EXPECT_EQ(ack, "[{\"ok\":true," + page.substr(begin));
}

TEST_P(ChatEventsTest, HistoryIsCaughtUpWith) {
  std::string anchor;
  for (const std::string_view text : {"1", "2", "3"}) {
    const std::string ack = doctor.call("send_message", "{\"text\":\"" + std::string(text) + "\"}");
    if (anchor.empty()) anchor = field(ack, "id");
  }
  SocketIoClient late = clinic.enter(clinic.patient, clinic.relation);

  const std::string after = late.call("get_messages", "{\"after\":\"" + anchor + "\",\"limit\":1}");

  EXPECT_EQ(field(after, "text"), "2");
  EXPECT_TRUE(after.ends_with("\"hasMore\":true}]")) << after;
  EXPECT_EQ(late.call("get_messages", "{\"before\":\"" + anchor + "\"}"),
            R"([{"ok":true,"messages":[],"hasMore":false}])");
  EXPECT_EQ(late.call("get_messages", R"({"after":"no such message"})"),
            refusing("not_found", "Message not found"));
}

TEST_P(ChatEventsTest, HistoryThatCannotBeReadSaysSo) {
  clinic.fail(StoreError::unavailable);

  const std::string failed = refusing("unavailable", "Failed to load messages");
  EXPECT_EQ(patient.call("get_initial_messages"), failed);
  EXPECT_EQ(patient.call("get_messages", "{}"), failed);
  patient.emit("get_initial_messages");
  EXPECT_EQ(patient.next(),
            R"(2["error",{"message":"Failed to load messages","code":"unavailable",)"
            R"("event":"get_initial_messages"}])");
  clinic.recover();
  EXPECT_EQ(patient.call("get_messages", "{}"), R"([{"ok":true,"messages":[],"hasMore":false}])");
}

TEST_P(ChatEventsTest, MarkIsStoredAndShownToTheOthers) {
  const std::string id = field(doctor.call("send_message", R"({"text":"Hello"})"), "id");
  patient.event("new_message");

  const std::string ack = patient.call("mark_as_read", "{\"messageId\":\"" + id + "\"}");

  const std::string mark = "\"messageId\":\"" + id + "\",\"readBy\":\"" + clinic.patient.id.text() +
                           "\",\"readAt\":\"" + field(ack, "readAt") + "\"}";
  EXPECT_EQ(ack, "[{\"ok\":true," + mark + "]");
  EXPECT_EQ(doctor.event("message_read"), "2[\"message_read\",{" + mark + "]");
  EXPECT_EQ(patient.call("mark_as_read", "{\"messageId\":\"" + id + "\"}"), ack);
  EXPECT_TRUE(patient.heard().empty());
  doctor.call("send_message", R"({"text":"End"})");
  for (const std::string& packet : doctor.heard()) {
    EXPECT_FALSE(packet.starts_with("2[\"message_read\"")) << "shown twice";
  }
}

TEST_P(ChatEventsTest, MarkThatCannotBeStoredIsShownToNobody) {
  const std::string id = field(doctor.call("send_message", R"({"text":"Hello"})"), "id");
  const std::string payload = "{\"messageId\":\"" + id + "\"}";
  EXPECT_EQ(patient.call("mark_as_read", R"({"messageId":"no such message"})"),
            refusing("not_found", "Message not found"));
  EXPECT_EQ(patient.call("mark_as_read", "{}"), refusing("bad_request", "Invalid payload"));
  clinic.fail(StoreError::unavailable);
  EXPECT_EQ(patient.call("mark_as_read", payload), refusing("unavailable", "Service unavailable"));
  clinic.recover();

  patient.call("send_message", R"({"text":"End"})");

  std::string packet;
  while (field(packet = doctor.next(), "text") != "End") {
    EXPECT_TRUE(packet.starts_with("2[\"new_message\"")) << packet;
  }
}

TEST_P(ChatEventsTest, TypingIsShownToTheOthersAndLimited) {
  EXPECT_EQ(doctor.call("user_typing"), R"([{"ok":true}])");

  EXPECT_EQ(patient.next(), "2[\"user_typing\",{\"userId\":\"" + clinic.doctor.id.text() +
                                "\",\"userName\":\"Bones\",\"userRole\":\"DOCTOR\"}]");
  std::string answer;
  for (int i = 0; i < 1000 && answer != refusing("rate_limited", "Rate limit exceeded"); ++i) {
    answer = doctor.call("user_typing");
  }
  EXPECT_EQ(answer, refusing("rate_limited", "Rate limit exceeded"));
  EXPECT_TRUE(doctor.heard().empty());
}

TEST_P(ChatEventsTest, AreForChatConnectionsOnly) {
  SocketIoClient notified = clinic.connect(clinic.auth(clinic.doctor));
  const std::string refused = refusing("forbidden", "Unauthorized");

  EXPECT_EQ(notified.call("send_message", R"({"text":"Hello"})"), refused);
  EXPECT_EQ(notified.call("get_initial_messages"), refused);
  EXPECT_EQ(notified.call("get_messages", "{}"), refused);
  EXPECT_EQ(notified.call("mark_as_read", R"({"messageId":"m"})"), refused);
  EXPECT_EQ(notified.call("user_typing"), refused);
}

TEST_P(ChatEventsTest, StayInTheirRelation) {
  SocketIoClient stranger = clinic.enter(clinic.other_patient, clinic.other_relation);
  SocketIoClient notified = clinic.connect(clinic.auth(clinic.patient));
  notified.event("notification_connected");
  const std::string id = field(doctor.call("send_message", R"({"text":"Secret"})"), "id");
  doctor.call("user_typing");
  patient.call("mark_as_read", "{\"messageId\":\"" + id + "\"}");

  EXPECT_EQ(stranger.call("get_messages", "{\"after\":\"" + id + "\"}"),
            refusing("not_found", "Message not found"));
  EXPECT_EQ(stranger.call("mark_as_read", "{\"messageId\":\"" + id + "\"}"),
            refusing("not_found", "Message not found"));

  EXPECT_TRUE(stranger.heard().empty());
  notified.call("user_typing");
  EXPECT_TRUE(notified.heard().empty());
}

}  // namespace
}  // namespace quickclinic::server
