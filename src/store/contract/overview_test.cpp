#include "store/contract/store_contract.hpp"

#include <utility>

namespace quickclinic::store {
namespace {

using chat::Role;

class OverviewContract : public StoreContract {
 protected:
  std::vector<chat::RelationSummary> list(const chat::UserId& user,
                                          std::optional<Role> side = std::nullopt) {
    return await(overview().relations_of(user, side)).value();
  }
  std::vector<chat::RelationId> ids(const chat::UserId& user,
                                    std::optional<Role> side = std::nullopt) {
    std::vector<chat::RelationId> found;
    for (const auto& summary : list(user, side)) found.push_back(summary.relation.id);
    return found;
  }
  /// The unread messages of the doctor and of the patient.
  std::pair<std::int64_t, std::int64_t> unread(const chat::Relation& pair) {
    return {list(pair.doctor).at(0).unread, list(pair.patient).at(0).unread};
  }
  void mark(const chat::Relation& pair, const chat::UserId& user, const chat::Message& message) {
    EXPECT_TRUE(await(messages().mark_read(pair.id, user, message.id)));
  }
};
using Counts = std::pair<std::int64_t, std::int64_t>;

TEST_P(OverviewContract, TellsNamesAndTheNewestMessage) {
  const auto pair = add_pair("a");
  send(pair.id, pair.doctor, "first");
  const auto last = send(pair.id, pair.patient, "last");

  for (const auto& user : {pair.doctor, pair.patient}) {
    const auto summaries = list(user);
    ASSERT_EQ(summaries.size(), 1U);
    EXPECT_EQ(summaries[0].relation.id, pair.id);
    EXPECT_EQ(summaries[0].relation.doctor, pair.doctor);
    EXPECT_EQ(summaries[0].relation.patient, pair.patient);
    EXPECT_EQ(summaries[0].doctor_name, "Name of doctor-a@clinic.example");
    EXPECT_EQ(summaries[0].patient_name, "Name of patient-a@clinic.example");
    ASSERT_TRUE(summaries[0].last);
    EXPECT_EQ(summaries[0].last->id, last.id);
    EXPECT_EQ(summaries[0].last->text, "last");
    EXPECT_EQ(summaries[0].last->sender, pair.patient);
    EXPECT_EQ(summaries[0].last->created_at, last.created_at);
  }
}

TEST_P(OverviewContract, PutsTheNewestMessageFirstAndSilenceLast) {
  const auto doctor = add_user("d@clinic.example", Role::doctor);
  std::vector<chat::Relation> pairs;
  for (const std::string& name : std::vector<std::string>{"p", "q", "r"}) {
    const auto patient = add_user(name + "@clinic.example", Role::patient);
    pairs.push_back(await(directory().add_relation(doctor.id, patient.id))->relation);
  }
  set_clock(std::chrono::milliseconds(1'900'000'000'000));
  send(pairs[1].id, doctor.id, "earlier");
  set_clock(std::chrono::milliseconds(1'900'000'000'100));
  send(pairs[2].id, doctor.id, "later");

  EXPECT_EQ(ids(doctor.id), (std::vector{pairs[2].id, pairs[1].id, pairs[0].id}));
  EXPECT_EQ(list(doctor.id).at(2).last, std::nullopt);

  set_clock(std::chrono::milliseconds(1'900'000'000'200));
  send(pairs[1].id, doctor.id, "again");
  EXPECT_EQ(ids(doctor.id), (std::vector{pairs[1].id, pairs[2].id, pairs[0].id}));
}

TEST_P(OverviewContract, ListsOneSideAlone) {
  const auto pair = add_pair("a");
  add_pair("b");

  EXPECT_EQ(ids(pair.doctor, Role::doctor), std::vector{pair.id});
  EXPECT_TRUE(ids(pair.doctor, Role::patient).empty());
  EXPECT_EQ(ids(pair.patient, Role::patient), std::vector{pair.id});
  EXPECT_TRUE(ids(pair.patient, Role::doctor).empty());
  EXPECT_TRUE(ids(chat::UserId("none")).empty());
}

TEST_P(OverviewContract, CountsWhatTheOtherSideHasSaid) {
  const auto pair = add_pair("a");
  const auto other = add_pair("b");
  EXPECT_EQ(unread(pair), Counts(0, 0));

  send(pair.id, pair.doctor, "1");
  send(pair.id, pair.doctor, "2");
  send(pair.id, pair.patient, "3");

  EXPECT_EQ(unread(pair), Counts(1, 2));
  EXPECT_EQ(unread(other), Counts(0, 0));
}

TEST_P(OverviewContract, CountsBehindTheReadMarkAlone) {
  const auto pair = add_pair("a");
  std::vector<chat::Message> sent;
  for (int i = 0; i < 6; ++i) {
    sent.push_back(send(pair.id, i % 2 == 0 ? pair.doctor : pair.patient, "x"));
  }
  EXPECT_EQ(unread(pair), Counts(3, 3));

  mark(pair, pair.patient, sent[2]);
  EXPECT_EQ(unread(pair), Counts(3, 1));
  mark(pair, pair.patient, sent[1]);
  EXPECT_EQ(unread(pair), Counts(3, 1));
  mark(pair, pair.doctor, sent[0]);
  EXPECT_EQ(unread(pair), Counts(3, 1));
  mark(pair, pair.doctor, sent[4]);
  EXPECT_EQ(unread(pair), Counts(1, 1));
  mark(pair, pair.patient, sent[5]);
  mark(pair, pair.doctor, sent[5]);
  EXPECT_EQ(unread(pair), Counts(0, 0));

  send(pair.id, pair.doctor, "more");
  EXPECT_EQ(unread(pair), Counts(0, 1));
}

TEST_P(OverviewContract, CountsARepeatedSendOnce) {
  const auto pair = add_pair("a");
  const chat::NewMessage message{
      .id = chat::MessageId("once"), .relation = pair.id, .sender = pair.doctor, .text = "x"};
  EXPECT_TRUE(await(messages().append(message))->stored);
  EXPECT_FALSE(await(messages().append(message))->stored);

  EXPECT_EQ(unread(pair), Counts(0, 1));
}

INSTANTIATE_TEST_SUITE_P(Every, OverviewContract, ::testing::ValuesIn(implementations()),
                         implementation_name);

}  // namespace
}  // namespace quickclinic::store
