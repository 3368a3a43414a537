#include "store/contract/store_contract.hpp"

#include <algorithm>

namespace quickclinic::store {
namespace {

class PositionContract : public StoreContract {
 protected:
  std::vector<std::string> newer_than(const chat::RelationId& relation, WallTime position,
                                      std::int64_t limit = 100) {
    return texts_of(await(messages().newer_than(relation, position, limit)).value());
  }
};

TEST_P(PositionContract, IsToldByEveryMessageOfTheOneBefore) {
  const auto pair = add_pair("a");
  const auto other = add_pair("b");
  const auto append = [&](const chat::Relation& relation, const char* id) {
    return await(messages().append({.id = chat::MessageId(id),
                                    .relation = relation.id,
                                    .sender = relation.doctor,
                                    .text = id}))
        .value();
  };

  const auto first = append(pair, "m1");
  append(other, "m2");
  const auto second = append(pair, "m3");

  EXPECT_EQ(first.previous, WallTime());
  EXPECT_EQ(second.previous, first.message.created_at);
}

TEST_P(PositionContract, IsToldByEveryMessageOfABatch) {
  const auto pair = add_pair("a");
  asio::io_context loop;
  std::vector<Answer<chat::Appended>> answers(20);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    start(loop,
          messages().append({.id = chat::MessageId("m" + std::to_string(i)),
                             .relation = pair.id,
                             .sender = i % 2 == 0 ? pair.doctor : pair.patient,
                             .text = "x"}),
          answers[i]);
  }

  loop.run();

  WallTime position;
  for (const auto& answer : answers) {
    EXPECT_EQ(answer.result->value().previous, position);
    position = answer.result->value().message.created_at;
  }
}

TEST_P(PositionContract, HasNewerMessagesBehindIt) {
  const auto pair = add_pair("a");
  const auto sent = send_many(pair, 5);

  EXPECT_EQ(newer_than(pair.id, WallTime()), numbers(1, 5));
  EXPECT_EQ(newer_than(pair.id, sent[1].created_at), numbers(3, 5));
  EXPECT_EQ(newer_than(pair.id, sent[1].created_at, 2), numbers(3, 4));
  EXPECT_TRUE(newer_than(pair.id, sent[4].created_at).empty());
  EXPECT_TRUE(newer_than(chat::RelationId("none"), WallTime()).empty());
}

TEST_P(PositionContract, IsKnownOfRelationsWithMessages) {
  const auto pair = add_pair("a");
  const auto silent = add_pair("b");
  const auto other = add_pair("c");
  const auto sent = send_many(pair, 3);
  send_many(other, 1);

  const auto positions =
      await(messages().positions({pair.id, silent.id, chat::RelationId("none")})).value();

  ASSERT_EQ(positions.size(), 1U);
  EXPECT_EQ(positions[0].relation, pair.id);
  EXPECT_EQ(positions[0].newest, sent[2].created_at);
  EXPECT_EQ(await(directory().find_membership(pair.id))->newest, sent[2].created_at);
  EXPECT_EQ(await(directory().find_membership(silent.id))->newest, WallTime());
}

class VisitContract : public StoreContract {};

TEST_P(VisitContract, TellsWhoComesAndWhereTo) {
  const auto pair = add_pair("a");
  const auto sent = send_many(pair, 2);

  const auto visit =
      await(directory().visit({.user = pair.doctor, .token_hash = "valid", .relation = pair.id}));

  ASSERT_TRUE(visit) << visit.error().describe();
  EXPECT_EQ(visit->user.value().id, pair.doctor);
  EXPECT_FALSE(visit->revoked);
  EXPECT_EQ(visit->membership.value().relation.id, pair.id);
  EXPECT_EQ(visit->membership->doctor.email, "doctor-a@clinic.example");
  EXPECT_EQ(visit->membership->patient.id, pair.patient);
  EXPECT_EQ(visit->membership->newest, sent[1].created_at);
}

TEST_P(VisitContract, TellsWhatIsNotThere) {
  const auto pair = add_pair("a");
  ASSERT_TRUE(await(
      directory().revoke_token("revoked", WallTime(std::chrono::milliseconds(1'900'000'000'000)))));

  const auto stranger = await(directory().visit(
      {.user = chat::UserId("none"), .token_hash = "revoked", .relation = pair.id}));
  const auto nowhere = await(directory().visit(
      {.user = pair.patient, .token_hash = {}, .relation = chat::RelationId("none")}));
  const auto anywhere =
      await(directory().visit({.user = pair.patient, .token_hash = {}, .relation = {}}));

  EXPECT_FALSE(stranger->user);
  EXPECT_TRUE(stranger->revoked);
  EXPECT_TRUE(stranger->membership);
  for (const auto* visit : {&nowhere, &anywhere}) {
    EXPECT_EQ((*visit)->user.value().id, pair.patient);
    EXPECT_FALSE((*visit)->revoked);
    EXPECT_FALSE((*visit)->membership);
  }
}

INSTANTIATE_TEST_SUITE_P(Every, PositionContract, ::testing::ValuesIn(implementations()),
                         implementation_name);
INSTANTIATE_TEST_SUITE_P(Every, VisitContract, ::testing::ValuesIn(implementations()),
                         implementation_name);

}  // namespace
}  // namespace quickclinic::store
