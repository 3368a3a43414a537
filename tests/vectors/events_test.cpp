// The server says and understands what `events.json` shows (contract, section 4).
#include "server/events.hpp"

#include "chat/conversation.hpp"
#include "chat/store.hpp"
#include "chat/text.hpp"
#include "json/json.hpp"
#include "server/error_reply.hpp"
#include "server/payload.hpp"
#include "server/wire_format.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::server {
namespace {

std::string contents(const char* path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(std::string("cannot read ") + path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

const json::Object& vectors() {
  static const json::Value value = json::parse(contents(QUICKCLINIC_EVENT_VECTORS)).value();
  return value.as_object();
}

const json::Object& part(std::string_view name) { return vectors().at(name).as_object(); }

/// The samples of one event, each the text of an array of arguments.
std::vector<std::string> samples(std::string_view of, std::string_view event) {
  std::vector<std::string> texts;
  for (const json::Value& sample : part(of).at(event).as_array()) {
    texts.push_back(json::to_text(sample));
  }
  return texts;
}

std::string alone(const std::string& argument) { return "[" + argument + "]"; }

using Texts = std::vector<std::string>;

// The people and messages that the samples are about.

WallTime at(std::string_view text) { return parse_iso8601(text).value(); }

const chat::Membership membership{
    .relation = {chat::RelationId("r1"), chat::UserId("u1"), chat::UserId("u2"), {}},
    .doctor = {.id = chat::UserId("u1"),
               .email = "ada@example.org",
               .name = "Dr. \"Ada\" Müller",
               .role = chat::Role::doctor,
               .active = true,
               .created_at = {}},
    .patient = {.id = chat::UserId("u2"),
                .email = "paul@example.org",
                .name = "Paul Patient",
                .role = chat::Role::patient,
                .active = true,
                .created_at = {}}};
const chat::Message morning{chat::MessageId("m1"), chat::RelationId("r1"), chat::UserId("u1"),
                            "Good morning", at("2026-01-02T03:04:05.678Z")};
const chat::Message reply{chat::MessageId("m2"), chat::RelationId("r1"), chat::UserId("u2"),
                          "Line one\nLine two 😀", at("2026-01-02T03:04:05.679Z")};

chat::Conversation seen_by(std::string_view user) {
  return chat::Conversation::open(membership, chat::UserId(std::string(user))).value();
}

TEST(EventVectors, HaveEveryNameOfTheServerAndNoOther) {
  const std::string header = contents(QUICKCLINIC_EVENT_NAMES);
  const std::regex constant(R"(std::string_view (\w+)\s*=\s*"(\w+)\";)");
  std::set<std::string> named;
  for (std::sregex_iterator found(header.begin(), header.end(), constant), end; found != end;
       ++found) {
    EXPECT_EQ((*found)[1], (*found)[2]);
    named.insert((*found)[2]);
  }

  std::set<std::string> shown;
  for (const auto* of : {&part("to_server"), &part("to_client")}) {
    for (const auto& member : *of) shown.emplace(member.key());
  }

  EXPECT_EQ(shown, named);
}

TEST(EventVectors, HaveASampleOfEachEvent) {
  for (const char* of : {"to_server", "to_client", "acknowledgements"}) {
    for (const auto& member : part(of)) {
      EXPECT_FALSE(member.value().as_array().empty()) << member.key();
    }
  }
}

TEST(EventVectors, AreWhatTheServerSaysOnConnection) {
  EXPECT_EQ(samples("to_client", events::connected), Texts{alone(wire::connected(seen_by("u1")))});
  EXPECT_EQ(samples("to_client", events::notification_connected),
            Texts{alone(wire::notification_connected(membership.patient))});
}

TEST(EventVectors, AreWhatTheServerSaysOfHistory) {
  const std::vector<chat::Mark> marks = {{chat::UserId("u1"), reply.id, {}},
                                         {chat::UserId("u2"), morning.id, {}}};

  const std::string page =
      wire::initial_messages({.messages = {morning, reply}, .total = 5, .marks = marks},
                             {.page = 1, .limit = 2}, seen_by("u2"));
  const std::string empty = wire::initial_messages({}, {}, seen_by("u2"));

  EXPECT_EQ(samples("to_client", events::initial_messages),
            (Texts{alone("{" + page + "}"), alone("{" + empty + "}")}));
  EXPECT_EQ(samples("acknowledgements", events::get_initial_messages), Texts{wire::ack(empty)});
}

TEST(EventVectors, AreWhatTheServerSaysOfAMessage) {
  const std::string to_others = wire::new_message(morning, seen_by("u1").self());
  const std::string to_sender = wire::with_client_id(wire::new_message(reply, seen_by("u2").self()),
                                                     chat::ClientMessageId("web-1"));

  EXPECT_EQ(samples("to_client", events::new_message), (Texts{alone(to_others), alone(to_sender)}));
}

TEST(EventVectors, AreWhatTheServerSaysOfTypingAndReading) {
  const chat::Mark mark{chat::UserId("u1"), reply.id, at("2026-01-02T03:05:00.000Z")};

  EXPECT_EQ(samples("to_client", events::user_typing),
            Texts{alone(wire::user_typing(seen_by("u2").self()))});
  EXPECT_EQ(samples("to_client", events::message_read), Texts{alone(wire::message_read(mark))});
  EXPECT_EQ(samples("acknowledgements", events::user_typing), Texts{wire::ack()});
}

TEST(EventVectors, AreWhatTheServerSaysToThoseWhoWatch) {
  const chat::UserId doctor("u1");
  const chat::UserId patient("u2");
  const chat::Mark received{doctor, reply.id, at("2026-01-02T03:04:30.000Z")};
  const chat::Mark read{doctor, reply.id, at("2026-01-02T03:05:00.000Z")};
  const PresenceState here{.online = true};
  const PresenceState gone{.online = false, .last_seen = at("2026-01-02T03:06:00.000Z")};
  const std::string to_others = wire::new_message(morning, seen_by("u1").self());
  const std::string to_sender = wire::with_client_id(wire::new_message(reply, seen_by("u2").self()),
                                                     chat::ClientMessageId("web-1"));
  const std::string delivered = wire::message_delivered(received);

  EXPECT_EQ(samples("to_client", events::message_delivered), Texts{alone(delivered)});
  EXPECT_EQ(samples("to_client", events::presence),
            (Texts{alone(wire::presence(patient, here)), alone(wire::presence(patient, gone)),
                   alone(wire::presence(patient, {}))}));
  EXPECT_EQ(samples("to_client", events::conversation_message),
            (Texts{alone(wire::conversation_message(morning.relation, to_others)),
                   alone(wire::conversation_message(morning.relation, to_sender))}));
  EXPECT_EQ(samples("to_client", events::conversation_read),
            Texts{alone(wire::conversation_read(morning.relation, read))});
  const ErrorReply too_fast = event_reply(Error(ServerError::rate_limited), Asked::mark);
  EXPECT_EQ(samples("acknowledgements", events::mark_as_delivered),
            (Texts{wire::ack(std::string_view(delivered).substr(1, delivered.size() - 2)),
                   wire::refusing_ack(too_fast)}));
  EXPECT_EQ(samples("acknowledgements", events::watch_conversation),
            (Texts{wire::ack(wire::watching({received, {patient, morning.id, {}}}, patient, here)),
                   wire::ack(wire::watching({}, patient, gone))}));
  EXPECT_EQ(samples("acknowledgements", events::watch_conversations), Texts{wire::ack()});
}

TEST(EventVectors, AreWhatTheServerSaysOfFailure) {
  const auto told = [](auto error, Asked asked) { return event_reply(Error(error), asked); };
  const ErrorReply empty = told(chat::TextError::empty, Asked::send);
  const ErrorReply too_long = told(chat::TextError::too_long, Asked::send);
  const ErrorReply not_stored = told(chat::StoreError::unavailable, Asked::send);
  const ErrorReply not_found = told(chat::StoreError::not_found, Asked::mark);
  const ErrorReply not_loaded = told(chat::StoreError::unavailable, Asked::load);

  EXPECT_EQ(samples("to_client", events::error),
            (Texts{alone(wire::error_event(empty, events::send_message)),
                   alone(wire::error_event(not_stored, events::send_message))}));
  EXPECT_EQ(samples("acknowledgements", events::send_message),
            (Texts{wire::refusing_ack(too_long), wire::refusing_ack(not_stored)}));
  EXPECT_EQ(samples("acknowledgements", events::mark_as_read),
            Texts{wire::refusing_ack(not_found)});
  EXPECT_EQ(samples("acknowledgements", events::get_messages),
            Texts{wire::refusing_ack(not_loaded)});
}

// Reads the samples of one event as its handler does.
template <class Read>
void expect_readable(std::string_view name, Payload payload, Read read) {
  for (const json::Value& sample : part("to_server").at(name).as_array()) {
    json::Array arguments = sample.as_array();
    std::vector<std::string> attachments;
    const socketio::Event event{
        .name = name, .arguments = arguments, .attachments = attachments, .ack = {}};
    const auto fields = read_payload(event, payload);
    ASSERT_TRUE(fields) << name;
    EXPECT_TRUE(read(*fields)) << json::to_text(sample);
  }
}

TEST(EventVectors, AreUnderstoodByTheServer) {
  expect_readable(events::get_initial_messages, Payload::optional,
                  [](const json::Fields& fields) { return read_page_request(fields).has_value(); });
  expect_readable(events::get_messages, Payload::optional, [](const json::Fields& fields) {
    return read_slice_request(fields).has_value();
  });
  expect_readable(events::mark_as_read, Payload::required, [](const json::Fields& fields) {
    return fields.required_text("messageId").has_value();
  });
  expect_readable(events::mark_as_delivered, Payload::required, [](const json::Fields& fields) {
    return fields.required_text("messageId") && fields.text("relationId");
  });
  for (const auto event : {events::watch_conversation, events::watch_conversations}) {
    expect_readable(event, Payload::optional, [](const json::Fields&) { return true; });
  }
  expect_readable(events::send_message, Payload::required, [](const json::Fields& fields) {
    const auto text = fields.required_text("text");
    const auto client_id = fields.text("clientMessageId");
    return text && client_id && chat::draft(seen_by("u1"), *text, *client_id, 4000).has_value();
  });
}

}  // namespace
}  // namespace quickclinic::server
