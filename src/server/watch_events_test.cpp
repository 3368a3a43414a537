#include "server/watch_events.hpp"

#include "chat/message_id.hpp"
#include "server/run_blocking.hpp"
#include "server/test_clinic.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace quickclinic::server {
namespace {

using chat::StoreError;
using test::Clinic;
using test::field;
using test::refusing;
using testing::SocketIoClient;

const std::string ok = R"([{"ok":true}])";

class WatchEventsTest : public ::testing::TestWithParam<unsigned> {
 protected:
  SocketIoClient listen(const chat::User& user) {
    SocketIoClient client = clinic.connect(clinic.auth(user));
    client.event("notification_connected");
    return client;
  }
  // A notification connection of somebody who watches all their conversations.
  SocketIoClient watch_all(const chat::User& user) {
    SocketIoClient client = listen(user);
    EXPECT_EQ(client.call("watch_conversations", "{}"), ok);
    return client;
  }
  static std::string send(SocketIoClient& client, std::string_view text) {
    return field(client.call("send_message", "{\"text\":\"" + std::string(text) + "\"}"), "id");
  }
  static std::string naming(std::string_view message, std::string_view relation = {}) {
    std::string payload = "{\"messageId\":\"" + std::string(message) + "\"";
    if (!relation.empty()) payload += ",\"relationId\":\"" + std::string(relation) + "\"";
    return payload + "}";
  }
  // What the client hears up to the message `text`, without the messages.
  static std::vector<std::string> heard_until(SocketIoClient& client, std::string_view text) {
    std::vector<std::string> heard;
    for (std::string packet = client.next(); field(packet, "text") != text;
         packet = client.next()) {
      if (packet == "closed") break;
      if (!packet.starts_with("2[\"new_message\"")) heard.push_back(packet);
    }
    return heard;
  }
  std::string is_online(const chat::User& user) {
    return "2[\"presence\",{\"userId\":\"" + user.id.text() + "\",\"online\":true}]";
  }

  Clinic clinic{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Shards, WatchEventsTest, ::testing::Values(1U, 4U));

TEST_P(WatchEventsTest, DeliveryIsToldToThoseOthersWhoAskedAndToNobodyElse) {
  SocketIoClient doctor = clinic.enter(clinic.doctor, clinic.relation);
  SocketIoClient plain = clinic.enter(clinic.doctor, clinic.relation);
  SocketIoClient patient = clinic.enter(clinic.patient, clinic.relation);
  doctor.call("watch_conversation", "{}");
  patient.call("watch_conversation", "{}");
  const std::string id = send(doctor, "Hello");
  heard_until(patient, "Hello");

  const std::string ack = patient.call("mark_as_delivered", naming(id));

  const std::string mark = "\"messageId\":\"" + id + "\",\"deliveredTo\":\"" +
                           clinic.patient.id.text() + "\",\"deliveredAt\":\"" +
                           field(ack, "deliveredAt") + "\"}";
  EXPECT_EQ(ack, "[{\"ok\":true," + mark + "]");
  EXPECT_EQ(doctor.event("message_delivered"), "2[\"message_delivered\",{" + mark + "]");
  send(doctor, "End");
  heard_until(plain, "Hello");
  EXPECT_TRUE(heard_until(plain, "End").empty());
  EXPECT_TRUE(heard_until(patient, "End").empty());
}

TEST_P(WatchEventsTest, DeliveryThatDoesNotAdvanceIsToldToNobody) {
  SocketIoClient doctor = clinic.enter(clinic.doctor, clinic.relation);
  SocketIoClient patient = clinic.enter(clinic.patient, clinic.relation);
  doctor.call("watch_conversation", "{}");
  const std::string first = send(doctor, "1");
  const std::string second = send(doctor, "2");
  const std::string third = send(doctor, "3");
  doctor.heard();
  const std::string ack = patient.call("mark_as_delivered", naming(second));
  patient.call("mark_as_read", naming(third));

  EXPECT_EQ(field(patient.call("mark_as_delivered", naming(first)), "messageId"), third);
  EXPECT_EQ(field(patient.call("mark_as_delivered", naming(third)), "messageId"), third);

  send(patient, "End");
  const std::vector<std::string> heard = heard_until(doctor, "End");
  ASSERT_EQ(heard.size(), 2U);
  EXPECT_EQ(field(heard[0], "deliveredTo"), clinic.patient.id.text());
  EXPECT_EQ(field(heard[0], "messageId"), second);
  EXPECT_TRUE(heard[1].starts_with("2[\"message_read\"")) << heard[1];
}

TEST_P(WatchEventsTest, ConversationIsAnsweredWithHowThingsAre) {
  SocketIoClient doctor = clinic.enter(clinic.doctor, clinic.relation);
  const std::string alone = doctor.call("watch_conversation");
  SocketIoClient patient = clinic.enter(clinic.patient, clinic.relation);
  const std::string first = send(doctor, "1");
  const std::string second = send(doctor, "2");
  patient.call("mark_as_read", naming(first));
  patient.call("mark_as_delivered", naming(second));
  doctor.call("mark_as_read", naming(first));

  const std::string together = doctor.call("watch_conversation", "{}");

  EXPECT_EQ(alone, "[{\"ok\":true,\"deliveredState\":{},\"presence\":{\"userId\":\"" +
                       clinic.patient.id.text() + "\",\"online\":false}}]");
  EXPECT_EQ(field(together, clinic.patient.id.text()), second);
  EXPECT_EQ(field(together, clinic.doctor.id.text()), first);
  EXPECT_TRUE(together.ends_with("\"presence\":{\"userId\":\"" + clinic.patient.id.text() +
                                 "\",\"online\":true}}]"))
      << together;
}

TEST_P(WatchEventsTest, PresenceTellsWhoComesAndGoes) {
  SocketIoClient doctor = clinic.enter(clinic.doctor, clinic.relation);
  doctor.call("watch_conversation");
  {
    SocketIoClient stranger = clinic.enter(clinic.other_patient, clinic.other_relation);
    SocketIoClient first = listen(clinic.patient);
    EXPECT_EQ(doctor.next(), is_online(clinic.patient));
    SocketIoClient second = clinic.enter(clinic.patient, clinic.relation);
  }
  // Somebody who comes back at once was never away.
  {
    SocketIoClient again = listen(clinic.patient);
  }

  const std::string gone = doctor.next();

  EXPECT_EQ(gone, "2[\"presence\",{\"userId\":\"" + clinic.patient.id.text() +
                      "\",\"online\":false,\"lastSeenAt\":\"" + field(gone, "lastSeenAt") + "\"}]");
  EXPECT_EQ(field(doctor.call("watch_conversation"), "lastSeenAt"), field(gone, "lastSeenAt"));
  SocketIoClient back = clinic.enter(clinic.patient, clinic.relation);
  EXPECT_EQ(doctor.next(), is_online(clinic.patient));
}

TEST_P(WatchEventsTest, PresenceIsToldToThoseWhoAskedAlone) {
  SocketIoClient plain = clinic.enter(clinic.doctor, clinic.relation);
  SocketIoClient elsewhere = clinic.enter(clinic.doctor, clinic.other_relation);
  elsewhere.call("watch_conversation");

  SocketIoClient patient = clinic.enter(clinic.patient, clinic.relation);
  send(patient, "End");

  EXPECT_TRUE(heard_until(plain, "End").empty());
  elsewhere.call("user_typing");
  EXPECT_TRUE(elsewhere.heard().empty());
}

TEST_P(WatchEventsTest, ConversationsShowEveryMessageOfThemInOrder) {
  SocketIoClient watching = watch_all(clinic.doctor);
  SocketIoClient other_side = watch_all(clinic.patient);
  SocketIoClient doctor = clinic.enter(clinic.doctor, clinic.relation);
  SocketIoClient patient = clinic.enter(clinic.patient, clinic.relation);
  SocketIoClient third = clinic.enter(clinic.other_patient, clinic.other_relation);

  const std::string ack = doctor.call("send_message", R"({"text":"1","clientMessageId":"c1"})");
  for (const std::string_view text : {"2", "3"}) send(patient, text);
  send(third, "4");

  const std::string own = ack.substr(std::string_view("[{\"ok\":true,").size());
  EXPECT_EQ(watching.next(),
            "2[\"conversation_message\",{\"relationId\":\"" + clinic.relation + "\"," + own);
  for (const std::string_view text : {"2", "3"}) {
    const std::string packet = watching.next();
    EXPECT_TRUE(packet.starts_with("2[\"conversation_message\",")) << packet;
    EXPECT_EQ(field(packet, "relationId"), clinic.relation);
    EXPECT_EQ(field(packet, "text"), text);
  }
  const std::string elsewhere = watching.next();
  EXPECT_EQ(field(elsewhere, "relationId"), clinic.other_relation);
  EXPECT_EQ(field(elsewhere, "text"), "4");
  const std::string told = other_side.next();
  EXPECT_EQ(field(told, "text"), "1");
  EXPECT_EQ(told.find("clientMessageId"), std::string::npos);
  EXPECT_EQ(field(other_side.next(), "text"), "2");
  EXPECT_EQ(field(other_side.next(), "text"), "3");
  other_side.call("watch_conversations");
  EXPECT_TRUE(other_side.heard().empty()) << "somebody else's";
}

TEST_P(WatchEventsTest, ConversationsShowWhatOtherProgramsWrite) {
  SocketIoClient watching = watch_all(clinic.doctor);

  ASSERT_TRUE(run_blocking(clinic.store.append({.id = chat::new_message_id(),
                                                .relation = chat::RelationId(clinic.relation),
                                                .sender = clinic.patient.id,
                                                .text = "From elsewhere"})));

  const std::string packet = watching.next();
  EXPECT_EQ(field(packet, "relationId"), clinic.relation);
  EXPECT_EQ(field(packet, "text"), "From elsewhere");
  EXPECT_EQ(field(packet, "senderName"), "Pat");
}

TEST_P(WatchEventsTest, ConversationsThatBeginLaterAreShownToo) {
  SocketIoClient watching = watch_all(clinic.patient);
  const chat::User newcomer = run_blocking(clinic.store.add_user({.email = "new@clinic.test",
                                                                  .name = "New",
                                                                  .password_hash = "*",
                                                                  .role = chat::Role::doctor}))
                                  .value();
  const auto begun = run_blocking(clinic.store.add_relation(newcomer.id, clinic.patient.id));
  const std::string relation = begun.value().relation.id.text();

  SocketIoClient doctor = clinic.enter(newcomer, relation);
  send(doctor, "Welcome");

  const std::string packet = watching.next();
  EXPECT_EQ(field(packet, "relationId"), relation);
  EXPECT_EQ(field(packet, "text"), "Welcome");
}

TEST_P(WatchEventsTest, ConversationsTellOfReadingOnBothSides) {
  SocketIoClient doctor = clinic.enter(clinic.doctor, clinic.relation);
  SocketIoClient patient = clinic.enter(clinic.patient, clinic.relation);
  const std::string id = send(doctor, "Hello");
  SocketIoClient doctors = watch_all(clinic.doctor);
  SocketIoClient patients = watch_all(clinic.patient);
  SocketIoClient others = watch_all(clinic.other_patient);

  const std::string ack = patient.call("mark_as_read", naming(id));
  patient.call("mark_as_read", naming(id));

  const std::string event = "2[\"conversation_read\",{\"relationId\":\"" + clinic.relation +
                            "\",\"messageId\":\"" + id + "\",\"readBy\":\"" +
                            clinic.patient.id.text() + "\",\"readAt\":\"" + field(ack, "readAt") +
                            "\"}]";
  EXPECT_EQ(doctors.next(), event);
  EXPECT_EQ(patients.next(), event);
  for (SocketIoClient* client : {&doctors, &patients, &others}) {
    client->call("watch_conversations");
    EXPECT_TRUE(client->heard().empty());
  }
}

TEST_P(WatchEventsTest, DeliveryIsMarkedWithoutBeingInTheConversation) {
  SocketIoClient doctor = clinic.enter(clinic.doctor, clinic.relation);
  doctor.call("watch_conversation");
  const std::string id = send(doctor, "Hello");
  SocketIoClient phone = listen(clinic.patient);

  const std::string ack = phone.call("mark_as_delivered", naming(id, clinic.relation));

  EXPECT_EQ(field(ack, "deliveredTo"), clinic.patient.id.text());
  EXPECT_EQ(field(doctor.event("message_delivered"), "messageId"), id);
}

TEST_P(WatchEventsTest, DeliveryIsRefusedInRelationsOfOthers) {
  SocketIoClient doctor = clinic.enter(clinic.doctor, clinic.relation);
  doctor.call("watch_conversation");
  const std::string id = send(doctor, "Secret");
  SocketIoClient stranger = listen(clinic.other_patient);
  SocketIoClient inside = clinic.enter(clinic.other_patient, clinic.other_relation);
  const std::string unauthorized = refusing("forbidden", "Unauthorized");
  const std::string not_found = refusing("not_found", "Message not found");
  doctor.heard();

  EXPECT_EQ(stranger.call("mark_as_delivered", naming(id, clinic.relation)), unauthorized);
  EXPECT_EQ(stranger.call("mark_as_delivered", naming(id, "no such relation")), unauthorized);
  EXPECT_EQ(stranger.call("mark_as_delivered", naming(id, clinic.other_relation)), not_found);
  EXPECT_EQ(inside.call("mark_as_delivered", naming(id, clinic.relation)), not_found);

  EXPECT_TRUE(run_blocking(clinic.store.delivered(chat::RelationId(clinic.relation)))->empty());
  doctor.call("user_typing");
  EXPECT_TRUE(doctor.heard().empty());
}

TEST_P(WatchEventsTest, BadInputIsRefused) {
  SocketIoClient doctor = clinic.enter(clinic.doctor, clinic.relation);
  SocketIoClient phone = listen(clinic.doctor);
  const std::string invalid = refusing("bad_request", "Invalid payload");
  for (const std::string_view payload : {"", "null", "[]", "{}", "\"m\"", R"({"messageId":7})",
                                         R"({"messageId":null})", R"({"messageId":["m"]})"}) {
    EXPECT_EQ(doctor.call("mark_as_delivered", payload), invalid) << payload;
  }
  EXPECT_EQ(phone.call("mark_as_delivered", naming("m")), invalid);
  EXPECT_EQ(phone.call("mark_as_delivered", R"({"messageId":"m","relationId":7})"), invalid);
  EXPECT_EQ(doctor.call("watch_conversation", "7"), invalid);
  EXPECT_EQ(phone.call("watch_conversations", "\"all\""), invalid);
}

TEST_P(WatchEventsTest, AreEachForOneKindOfConnection) {
  SocketIoClient doctor = clinic.enter(clinic.doctor, clinic.relation);
  SocketIoClient phone = listen(clinic.doctor);
  const std::string unauthorized = refusing("forbidden", "Unauthorized");

  EXPECT_EQ(doctor.call("watch_conversations"), unauthorized);
  EXPECT_EQ(phone.call("watch_conversation"), unauthorized);
}

TEST_P(WatchEventsTest, AreLimitedInRate) {
  SocketIoClient doctor = clinic.enter(clinic.doctor, clinic.relation);
  SocketIoClient phone = listen(clinic.doctor);
  const std::string id = send(doctor, "Hello");
  const std::string refused = refusing("rate_limited", "Rate limit exceeded");
  const auto is_refused = [&refused](SocketIoClient& client, std::string_view event,
                                     std::string_view payload) {
    for (int i = 0; i < 1000; ++i) client.ask(event, payload);
    return client.call(event, payload) == refused;
  };

  EXPECT_TRUE(is_refused(doctor, "mark_as_delivered", naming(id)));
  EXPECT_TRUE(is_refused(doctor, "watch_conversation", "{}"));
  EXPECT_TRUE(is_refused(phone, "watch_conversations", "{}"));
  SocketIoClient silent = clinic.enter(clinic.doctor, clinic.relation);
  for (int i = 0; i < 1000; ++i) silent.emit("mark_as_delivered", naming(id));
  silent.call("user_typing");
  EXPECT_TRUE(silent.heard().empty()) << "only who asks is told";
}

TEST_P(WatchEventsTest, SaySoWhenTheStoreCannotBeAsked) {
  SocketIoClient doctor = clinic.enter(clinic.doctor, clinic.relation);
  SocketIoClient phone = listen(clinic.doctor);
  const std::string id = send(doctor, "Hello");
  const std::string unavailable = refusing("unavailable", "Service unavailable");
  clinic.fail(StoreError::unavailable);

  EXPECT_EQ(doctor.call("mark_as_delivered", naming(id)), unavailable);
  EXPECT_EQ(doctor.call("watch_conversation"), unavailable);
  EXPECT_EQ(phone.call("mark_as_delivered", naming(id, clinic.relation)), unavailable);
  EXPECT_EQ(phone.call("watch_conversations"), unavailable);

  clinic.recover();
  EXPECT_EQ(phone.call("watch_conversations"), ok);
}

}  // namespace
}  // namespace quickclinic::server
