#include "store/contract/store_contract.hpp"

namespace quickclinic::store {
namespace {

using chat::StoreError;

class ReadMarkContract : public StoreContract {
 protected:
  chat::Marked mark(const chat::Relation& pair, const chat::UserId& user,
                    const chat::MessageId& message) {
    auto marked = await(messages().mark_read(pair.id, user, message));
    EXPECT_TRUE(marked) << marked.error().describe();
    return marked.value();
  }
  std::vector<chat::Mark> marks(const chat::RelationId& relation) {
    return await(messages().page(relation, {})).value().marks;
  }
};

TEST_P(ReadMarkContract, IsStoredWithTheTimeOfReading) {
  const auto pair = add_pair("a");
  const auto sent = send_many(pair, 3);
  set_clock(std::chrono::milliseconds(1'800'000'000'001));

  const auto marked = mark(pair, pair.patient, sent[1].id);

  EXPECT_TRUE(marked.advanced);
  EXPECT_EQ(marked.mark.user, pair.patient);
  EXPECT_EQ(marked.mark.message, sent[1].id);
  EXPECT_EQ(marked.mark.at, WallTime(std::chrono::milliseconds(1'800'000'000'001)));
  const auto stored = marks(pair.id);
  ASSERT_EQ(stored.size(), 1U);
  EXPECT_EQ(stored[0].user, pair.patient);
  EXPECT_EQ(stored[0].message, sent[1].id);
  EXPECT_EQ(stored[0].at, marked.mark.at);
}

TEST_P(ReadMarkContract, NeverGoesBack) {
  const auto pair = add_pair("a");
  const auto sent = send_many(pair, 3);
  const auto furthest = mark(pair, pair.patient, sent[2].id);
  set_clock(std::chrono::milliseconds(1'800'000'000'000));

  for (const auto& message : sent) {
    const auto marked = mark(pair, pair.patient, message.id);
    EXPECT_FALSE(marked.advanced);
    EXPECT_EQ(marked.mark.message, sent[2].id);
    EXPECT_EQ(marked.mark.at, furthest.mark.at);
  }

  EXPECT_EQ(marks(pair.id).at(0).message, sent[2].id);
}

TEST_P(ReadMarkContract, GoesOnToLaterMessages) {
  const auto pair = add_pair("a");
  const auto sent = send_many(pair, 3);

  for (const auto& message : sent) EXPECT_TRUE(mark(pair, pair.patient, message.id).advanced);

  ASSERT_EQ(marks(pair.id).size(), 1U);
  EXPECT_EQ(marks(pair.id)[0].message, sent[2].id);
}

TEST_P(ReadMarkContract, BelongsToOneMemberOfOneRelation) {
  const auto pair = add_pair("a");
  const auto other = add_pair("b");
  const auto sent = send_many(pair, 2);
  const auto elsewhere = send_many(other, 1);

  mark(pair, pair.doctor, sent[0].id);
  mark(pair, pair.patient, sent[1].id);
  mark(other, other.doctor, elsewhere[0].id);

  const auto both = marks(pair.id);
  ASSERT_EQ(both.size(), 2U);
  for (const auto& each : both) {
    EXPECT_EQ(each.message, each.user == pair.doctor ? sent[0].id : sent[1].id);
  }
  EXPECT_NE(both[0].user, both[1].user);
  for (const std::int64_t page : {1, 2}) {
    const auto told = await(messages().page(pair.id, {.page = page, .limit = 1}))->marks;
    ASSERT_EQ(told.size(), 2U) << page;
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_EQ(told[i].user, both[i].user);
      EXPECT_EQ(told[i].message, both[i].message);
      EXPECT_EQ(told[i].at, both[i].at);
    }
  }
  EXPECT_EQ(marks(other.id).size(), 1U);
}

TEST_P(ReadMarkContract, RefusesAMessageThatIsNotOfTheRelation) {
  const auto pair = add_pair("a");
  const auto other = add_pair("b");
  const auto foreign = send(other.id, other.doctor, "foreign");

  for (const auto& message : {foreign.id, chat::MessageId("none")}) {
    EXPECT_EQ(await(messages().mark_read(pair.id, pair.doctor, message)).error().code,
              StoreError::not_found);
  }
  EXPECT_TRUE(marks(pair.id).empty());
}

TEST_P(ReadMarkContract, RefusesAUserWhoIsNotThere) {
  const auto pair = add_pair("a");
  const auto sent = send(pair.id, pair.doctor, "x");

  EXPECT_EQ(await(messages().mark_read(pair.id, chat::UserId("none"), sent.id)).error().code,
            StoreError::invalid);
  EXPECT_TRUE(marks(pair.id).empty());
}

TEST_P(ReadMarkContract, IsAbsentBeforeAnythingWasRead) {
  EXPECT_TRUE(marks(add_pair("a").id).empty());
  EXPECT_TRUE(marks(chat::RelationId("none")).empty());
}

INSTANTIATE_TEST_SUITE_P(Every, ReadMarkContract, ::testing::ValuesIn(implementations()),
                         implementation_name);

}  // namespace
}  // namespace quickclinic::store
