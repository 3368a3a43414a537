#include "chat/message_id.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <unordered_set>

namespace quickclinic::chat {
namespace {

bool is_cuid_like(const std::string& id) {
  return id.size() == 25 && id[0] == 'c' && std::ranges::all_of(id, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
         });
}

MessageId derived(const char* relation, const char* sender, const char* client_id) {
  return derived_message_id(RelationId(relation), UserId(sender), ClientMessageId(client_id));
}

TEST(NewMessageId, HasTheShapeOfTheOrmsIdsAndNeverRepeats) {
  std::unordered_set<std::string> seen;
  for (int i = 0; i < 10000; ++i) {
    const MessageId id = new_message_id();
    ASSERT_TRUE(is_cuid_like(id.text())) << id.text();
    ASSERT_TRUE(seen.insert(id.text()).second) << id.text();
  }
}

TEST(NewMessageId, UsesEveryLetterAboutEquallyOften) {
  std::array<int, 256> counts{};
  for (int i = 0; i < 6000; ++i) {
    for (const char c : new_message_id().text().substr(1)) ++counts[static_cast<unsigned char>(c)];
  }

  // 144,000 letters over 36: 4,000 each; ten standard deviations either way.
  for (const char c : std::string("0123456789abcdefghijklmnopqrstuvwxyz")) {
    EXPECT_NEAR(counts[static_cast<unsigned char>(c)], 4000, 630) << c;
  }
}

// Written down rather than computed: were it to change, a message sent again after an upgrade would
// be stored twice.
TEST(DerivedMessageId, StaysWhatItWasInEarlierReleases) {
  EXPECT_EQ(derived("relation-1", "user-1", "client-1").text(), "ckht6c116wneervk2xp5jz377");
}

TEST(DerivedMessageId, HasTheShapeOfTheOrmsIds) {
  EXPECT_TRUE(is_cuid_like(derived("r", "u", "m").text()));
}

TEST(DerivedMessageId, DiffersWithEachOfTheThree) {
  const MessageId id = derived("r", "u", "m");

  EXPECT_EQ(derived("r", "u", "m"), id);
  EXPECT_NE(derived("r2", "u", "m"), id);
  EXPECT_NE(derived("r", "u2", "m"), id);
  EXPECT_NE(derived("r", "u", "m2"), id);
}

TEST(DerivedMessageId, KeepsThePartsApartWhereverTheyAreCut) {
  EXPECT_NE(derived("ab", "c", "d"), derived("a", "bc", "d"));
  EXPECT_NE(derived("a", "bc", "d"), derived("a", "b", "cd"));
  EXPECT_NE(derived("a", "1:b", "c"), derived("a1:", "b", "c"));
  EXPECT_NE(derived("", "a", "b"), derived("a", "", "b"));
}

}  // namespace
}  // namespace quickclinic::chat
