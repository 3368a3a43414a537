#include "chat/message_id.hpp"
#include "store/contract/store_contract.hpp"

#include <algorithm>

namespace quickclinic::store {
namespace {

using chat::AuditAction;
using std::chrono::milliseconds;

class AuditContract : public StoreContract {
 protected:
  void record(AuditAction action, const std::string& actor, const std::string& relation,
              const std::string& subject = {}, const std::string& result = "ok") {
    audit().record({.action = action,
                    .actor = chat::UserId(actor),
                    .relation = chat::RelationId(relation),
                    .subject = subject,
                    .address = "10.0.0.7",
                    .result = result});
  }
  // Everything that fits, through as many pages as it takes.
  std::vector<chat::AuditEntry> entries(chat::AuditQuery query = {}) {
    EXPECT_TRUE(await(audit().flush()));
    std::vector<chat::AuditEntry> all;
    while (true) {
      auto page = await(audit().entries(query)).value();
      std::ranges::move(page.entries, std::back_inserter(all));
      if (!page.next) return all;
      query.after = page.next;
    }
  }
  std::string told(const chat::AuditQuery& query = {}) {
    std::string all;
    for (const auto& entry : entries(query)) {
      if (entry.action == AuditAction::chain_opened) continue;
      all += std::string(to_text(entry.action)) + " " + entry.actor.text() + " " +
             entry.relation.text() + " " + entry.subject + " " + entry.result + "\n";
    }
    return all;
  }
};

TEST_P(AuditContract, KeepsWhatIsRecorded) {
  set_clock(milliseconds(1'800'000'000'001));
  record(AuditAction::connect, "u1", "r1", "", "forbidden");

  const auto all = entries();

  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].action, AuditAction::chain_opened);
  EXPECT_EQ(all[1].action, AuditAction::connect);
  EXPECT_EQ(all[1].actor, chat::UserId("u1"));
  EXPECT_EQ(all[1].relation, chat::RelationId("r1"));
  EXPECT_EQ(all[1].subject, "");
  EXPECT_EQ(all[1].address, "10.0.0.7");
  EXPECT_EQ(all[1].result, "forbidden");
  EXPECT_EQ(all[1].at, WallTime(milliseconds(1'800'000'000'001)));
}

TEST_P(AuditContract, RecordsEveryMessageThatIsStored) {
  const auto pair = add_pair("a");
  const auto id = chat::new_message_id();
  const auto append = [&] {
    return await(messages().append({.id = id,
                                    .relation = pair.id,
                                    .sender = pair.doctor,
                                    .text = "a secret",
                                    .address = "192.0.2.9"}));
  };

  ASSERT_TRUE(append());
  ASSERT_TRUE(append());

  const auto sent = entries({.actions = {AuditAction::send}});
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_EQ(sent[0].actor, pair.doctor);
  EXPECT_EQ(sent[0].relation, pair.id);
  EXPECT_EQ(sent[0].subject, id.text());
  EXPECT_EQ(sent[0].address, "192.0.2.9");
  EXPECT_EQ(sent[0].result, "ok");
  EXPECT_EQ(sent[1].result, "repeated");
}

TEST_P(AuditContract, LeavesARefusedMessageToTheCaller) {
  const auto pair = add_pair("a");

  ASSERT_FALSE(await(messages().append({.id = chat::new_message_id(),
                                        .relation = chat::RelationId("none"),
                                        .sender = pair.doctor,
                                        .text = "x"})));
  record(AuditAction::send, "u1", "none", "", "not_found");

  EXPECT_EQ(told(), "send u1 none  not_found\n");
}

TEST_P(AuditContract, FindsByRelationUserActionAndTime) {
  set_clock(milliseconds(1'800'000'000'000));
  record(AuditAction::read_history, "u1", "r1", "m1");
  record(AuditAction::read_history, "u2", "r2", "m2");
  ASSERT_TRUE(await(audit().flush()));
  set_clock(milliseconds(1'800'000'000'500));
  record(AuditAction::erase, "cli", "", "u1");
  record(AuditAction::send, "u1", "r1", "m3");

  EXPECT_EQ(told({.relation = chat::RelationId("r1")}),
            "read_history u1 r1 m1 ok\nsend u1 r1 m3 ok\n");
  EXPECT_EQ(told({.relation = chat::RelationId("r1"), .actions = {AuditAction::read_history}}),
            "read_history u1 r1 m1 ok\n");
  EXPECT_EQ(told({.user = chat::UserId("u1")}),
            "read_history u1 r1 m1 ok\nerase cli  u1 ok\nsend u1 r1 m3 ok\n");
  EXPECT_EQ(told({.actions = {AuditAction::erase, AuditAction::read_history},
                  .since = WallTime(milliseconds(1'800'000'000'500))}),
            "erase cli  u1 ok\n");
  EXPECT_EQ(told({.relation = chat::RelationId("")}), "erase cli  u1 ok\n");
  EXPECT_EQ(told({.relation = chat::RelationId("none")}), "");
}

TEST_P(AuditContract, TakesWhateverPeersCallThemselves) {
  record(AuditAction::connect, std::string("a\0b\n", 4), "\xff\xfe", std::string(127, 'x') + "é");
  record(AuditAction::send, "\"\\", "é", std::string(1000, 'y'));

  EXPECT_EQ(told(), "connect a?b? ?? " + std::string(127, 'x') + " ok\nsend \"\\ é " +
                        std::string(128, 'y') + " ok\n");
}

TEST_P(AuditContract, GoesOnBehindAPage) {
  constexpr int count = 1203;
  for (int i = 0; i < count; ++i) record(AuditAction::connect, std::to_string(i), "r1");

  const auto all = entries({.actions = {AuditAction::connect}});

  ASSERT_EQ(all.size(), static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    EXPECT_EQ(all[static_cast<std::size_t>(i)].actor.text(), std::to_string(i));
  }
}

TEST_P(AuditContract, VerifiesWhatItWrote) {
  const auto empty = await(audit().verify()).value();
  const auto pair = add_pair("a");
  send_many(pair, 3);
  for (int i = 0; i < 10; ++i) record(AuditAction::connect, "u1", "r1");
  ASSERT_TRUE(await(audit().flush()));

  const auto report = await(audit().verify()).value();

  EXPECT_EQ(empty.entries, 0);
  EXPECT_EQ(empty.chains, 0);
  EXPECT_FALSE(empty.fault);
  EXPECT_FALSE(report.fault) << report.fault->what;
  EXPECT_FALSE(report.fault);
  EXPECT_GE(report.chains, 1);
  EXPECT_EQ(report.entries - report.chains, 13)
      << "beside first entries: ten connections, three batches";
}

INSTANTIATE_TEST_SUITE_P(Every, AuditContract, ::testing::ValuesIn(implementations()),
                         implementation_name);

}  // namespace
}  // namespace quickclinic::store
