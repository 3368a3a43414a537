#include "chat/conversation.hpp"

#include "chat/text.hpp"

#include <gtest/gtest.h>

namespace quickclinic::chat {
namespace {

Membership membership() {
  Membership made;
  made.relation = {RelationId("r1"), UserId("d1"), UserId("p1"), {}};
  made.doctor.name = "Dr. Rao";
  made.patient.name = "Ravi";
  return made;
}

Conversation conversation() { return Conversation::open(membership(), UserId("p1")).value(); }

TEST(ConversationOpen, KnowsBothPeopleByTheirSides) {
  const Conversation seen = conversation();

  EXPECT_EQ(seen.self().name, "Ravi");
  EXPECT_EQ(seen.self().side, Role::patient);
  EXPECT_EQ(seen.author(UserId("d1")).name, "Dr. Rao");
  EXPECT_EQ(seen.author(UserId("d1")).side, Role::doctor);
}

TEST(ConversationOpen, IsClosedToEverybodyElse) {
  EXPECT_EQ(Conversation::open(membership(), UserId("p2")).error().code,
            make_error_code(ConversationError::not_a_member));
}

TEST(ConversationDraft, TrimsTheTextAndKeepsTheId) {
  const auto first = draft(conversation(), "  hello ", "key-1", 10).value();
  const auto again = draft(conversation(), "something else", "key-1", 100).value();
  const auto unnamed = draft(conversation(), "hello", std::nullopt, 10).value();

  EXPECT_EQ(first.text, "hello");
  EXPECT_EQ(first.id, again.id);
  EXPECT_NE(first.id, unnamed.id);
}

TEST(ConversationDraft, RefusesWhatCannotBeSent) {
  EXPECT_EQ(draft(conversation(), " ", {}, 10).error().code, make_error_code(TextError::empty));
  EXPECT_EQ(draft(conversation(), "12345678901", {}, 10).error().code,
            make_error_code(TextError::too_long));
  EXPECT_EQ(draft(conversation(), std::string_view("a\0b", 3), {}, 10).error().code,
            make_error_code(TextError::invalid));
  EXPECT_EQ(draft(conversation(), "hello", "", 10).error().code,
            make_error_code(ConversationError::bad_client_message_id));
}

}  // namespace
}  // namespace quickclinic::chat
