#include "store/contract/store_contract.hpp"

namespace quickclinic::store {
namespace {

using chat::StoreError;

class DeliveryContract : public StoreContract {
 protected:
  chat::Marked deliver(const chat::Relation& pair, const chat::UserId& user,
                       const chat::MessageId& message) {
    auto marked = await(messages().mark_delivered(pair.id, user, message));
    EXPECT_TRUE(marked) << marked.error().describe();
    return marked.value();
  }
  std::vector<chat::Mark> delivered(const chat::RelationId& relation) {
    return await(messages().delivered(relation)).value();
  }
  static WallTime at(std::int64_t time) { return WallTime(std::chrono::milliseconds(time)); }
};

TEST_P(DeliveryContract, IsStoredWithItsTime) {
  const auto pair = add_pair("a");
  const auto sent = send_many(pair, 3);
  set_clock(std::chrono::milliseconds(1'800'000'000'001));

  const auto marked = deliver(pair, pair.patient, sent[1].id);

  EXPECT_TRUE(marked.advanced);
  EXPECT_EQ(marked.mark.user, pair.patient);
  EXPECT_EQ(marked.mark.message, sent[1].id);
  EXPECT_EQ(marked.mark.at, at(1'800'000'000'001));
  const auto stored = delivered(pair.id);
  ASSERT_EQ(stored.size(), 1U);
  EXPECT_EQ(stored[0].user, pair.patient);
  EXPECT_EQ(stored[0].message, sent[1].id);
  EXPECT_EQ(stored[0].at, marked.mark.at);
}

TEST_P(DeliveryContract, GoesForthAndNeverBack) {
  const auto pair = add_pair("a");
  const auto sent = send_many(pair, 3);
  EXPECT_TRUE(deliver(pair, pair.patient, sent[0].id).advanced);
  const auto furthest = deliver(pair, pair.patient, sent[2].id);
  EXPECT_TRUE(furthest.advanced);
  set_clock(std::chrono::milliseconds(1'800'000'000'000));

  for (const auto& message : sent) {
    const auto marked = deliver(pair, pair.patient, message.id);
    EXPECT_FALSE(marked.advanced);
    EXPECT_EQ(marked.mark.message, sent[2].id);
    EXPECT_EQ(marked.mark.at, furthest.mark.at);
  }

  EXPECT_EQ(delivered(pair.id).at(0).message, sent[2].id);
}

TEST_P(DeliveryContract, IsImpliedByReading) {
  const auto pair = add_pair("a");
  const auto sent = send_many(pair, 3);
  deliver(pair, pair.patient, sent[0].id);
  set_clock(std::chrono::milliseconds(1'800'000'000'000));
  ASSERT_TRUE(await(messages().mark_read(pair.id, pair.patient, sent[1].id)));
  set_clock(std::chrono::milliseconds(1'900'000'000'000));

  const auto behind = deliver(pair, pair.patient, sent[1].id);

  EXPECT_FALSE(behind.advanced);
  EXPECT_EQ(behind.mark.message, sent[1].id);
  EXPECT_EQ(behind.mark.at, at(1'800'000'000'000));
  EXPECT_EQ(delivered(pair.id).at(0).message, sent[1].id);
  EXPECT_TRUE(deliver(pair, pair.patient, sent[2].id).advanced);
  EXPECT_EQ(delivered(pair.id).at(0).message, sent[2].id);
}

TEST_P(DeliveryContract, KeepsItsTimeWhenTheMessageIsRead) {
  const auto pair = add_pair("a");
  const auto sent = send_many(pair, 1);
  const auto received = deliver(pair, pair.patient, sent[0].id);
  set_clock(std::chrono::milliseconds(1'900'000'000'000));

  ASSERT_TRUE(await(messages().mark_read(pair.id, pair.patient, sent[0].id)));

  EXPECT_EQ(delivered(pair.id).at(0).at, received.mark.at);
}

TEST_P(DeliveryContract, IsNoReading) {
  const auto pair = add_pair("a");
  const auto sent = send_many(pair, 2);

  deliver(pair, pair.patient, sent[1].id);

  EXPECT_TRUE(await(messages().page(pair.id, {}))->marks.empty());
  EXPECT_TRUE(await(messages().mark_read(pair.id, pair.patient, sent[0].id))->advanced);
}

TEST_P(DeliveryContract, BelongsToOneMemberOfOneRelation) {
  const auto pair = add_pair("a");
  const auto other = add_pair("b");
  const auto sent = send_many(pair, 2);
  const auto elsewhere = send_many(other, 1);

  deliver(pair, pair.doctor, sent[0].id);
  deliver(pair, pair.patient, sent[1].id);
  deliver(other, other.doctor, elsewhere[0].id);

  const auto both = delivered(pair.id);
  ASSERT_EQ(both.size(), 2U);
  EXPECT_LT(both[0].user, both[1].user);
  for (const auto& each : both) {
    EXPECT_EQ(each.message, each.user == pair.doctor ? sent[0].id : sent[1].id);
  }
  EXPECT_EQ(delivered(other.id).size(), 1U);
}

TEST_P(DeliveryContract, RefusesAMessageThatIsNotOfTheRelation) {
  const auto pair = add_pair("a");
  const auto other = add_pair("b");
  const auto foreign = send(other.id, other.doctor, "foreign");

  for (const auto& message : {foreign.id, chat::MessageId("none")}) {
    EXPECT_EQ(await(messages().mark_delivered(pair.id, pair.doctor, message)).error().code,
              StoreError::not_found);
  }
  EXPECT_TRUE(delivered(pair.id).empty());
}

TEST_P(DeliveryContract, RefusesAUserWhoIsNotThere) {
  const auto pair = add_pair("a");
  const auto sent = send(pair.id, pair.doctor, "x");

  EXPECT_EQ(await(messages().mark_delivered(pair.id, chat::UserId("none"), sent.id)).error().code,
            StoreError::invalid);
  EXPECT_TRUE(delivered(pair.id).empty());
}

TEST_P(DeliveryContract, IsAbsentBeforeAnythingWasReceived) {
  EXPECT_TRUE(delivered(add_pair("a").id).empty());
  EXPECT_TRUE(delivered(chat::RelationId("none")).empty());
}

INSTANTIATE_TEST_SUITE_P(Every, DeliveryContract, ::testing::ValuesIn(implementations()),
                         implementation_name);

}  // namespace
}  // namespace quickclinic::store
