#include "chat/audit_chain.hpp"

#include "base/digest.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

namespace quickclinic::chat {
namespace {

WallTime at(int milliseconds) { return WallTime(std::chrono::milliseconds(milliseconds)); }

AuditEntry entry(AuditAction action, int when) {
  return {.action = action,
          .actor = UserId("doctor"),
          .relation = RelationId("r1"),
          .subject = "m1",
          .address = "10.0.0.7",
          .result = "ok",
          .at = at(when)};
}

std::string fault_of(const std::vector<AuditRow>& rows) {
  std::vector<AuditRow> openings;
  std::ranges::copy_if(rows, std::back_inserter(openings),
                       [](const AuditRow& row) { return row.number == 1; });
  AuditVerifier verifier(openings);
  for (const AuditRow& row : rows) verifier.take(row);
  const AuditReport report = verifier.finish();
  if (!report.fault) return {};
  return std::to_string(report.fault->number) + " " +
         report.fault->what.substr(0, report.fault->what.find(" chain"));
}

// Two chains, the second of which has seen the first, in the order of their names.
class AuditVerifierFinds : public testing::Test {
 protected:
  AuditVerifierFinds() {
    AuditChain first;
    rows_.push_back(first.open({}, at(1)));
    for (auto& row : first.link(
             std::vector{entry(AuditAction::connect, 2), entry(AuditAction::read_history, 3)})) {
      rows_.push_back(row);
    }
    // The names of chains are random; these tests want to know which comes first.
    rename("a");
    AuditChain second;
    const AuditHead seen{.chain = "a", .number = 3, .hash = rows_.back().hash};
    rows_.push_back(second.open(std::vector{seen}, at(4)));
    rows_.back().chain = "b";
    rows_.back().hash = audit_hash("", rows_.back());
  }

  void rename(const std::string& chain) {
    std::string previous;
    for (AuditRow& row : rows_) {
      row.chain = chain;
      row.hash = audit_hash(previous, row);
      previous = row.hash;
    }
  }
  // Makes the rows of chain a consistent again, as somebody would who knows how they are linked.
  void relink() {
    std::string previous;
    for (AuditRow& row : rows_) {
      if (row.chain != "a") continue;
      row.hash = audit_hash(previous, row);
      previous = row.hash;
    }
  }

  std::vector<AuditRow> rows_;
};

TEST_F(AuditVerifierFinds, NothingInAWholeRecord) {
  AuditVerifier verifier(std::vector{rows_[0], rows_[3]});
  for (const AuditRow& row : rows_) verifier.take(row);

  const AuditReport report = verifier.finish();

  EXPECT_FALSE(report.fault) << report.fault->what;
  EXPECT_EQ(report.entries, 4);
  EXPECT_EQ(report.chains, 2);
}

TEST_F(AuditVerifierFinds, AChangeOfAnyColumn) {
  const std::vector<void (*)(AuditRow&)> changes = {
      [](AuditRow& row) { row.at += std::chrono::milliseconds(1); },
      [](AuditRow& row) { row.action = "login"; },
      [](AuditRow& row) { row.actor = "patient"; },
      [](AuditRow& row) { row.relation = "r2"; },
      [](AuditRow& row) { row.subject = "m2"; },
      [](AuditRow& row) { row.address = "10.0.0.8"; },
      [](AuditRow& row) { row.result = "forbidden"; },
      [](AuditRow& row) { row.detail = "[]"; },
      [](AuditRow& row) { row.hash[0] = row.hash[0] == '0' ? '1' : '0'; },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    auto changed = rows_;
    changes[i](changed[1]);
    EXPECT_EQ(fault_of(changed), "2 was changed") << "change " << i;
  }
}

TEST_F(AuditVerifierFinds, ARowThatWasTakenOut) {
  rows_.erase(rows_.begin() + 1);

  EXPECT_EQ(fault_of(rows_), "2 is missing");
}

TEST_F(AuditVerifierFinds, ARowThatWasPutIn) {
  rows_.insert(rows_.begin() + 2, rows_[1]);

  EXPECT_EQ(fault_of(rows_), "3 is missing");
}

TEST_F(AuditVerifierFinds, AnEndThatWasCutOff) {
  rows_.erase(rows_.begin() + 2);

  EXPECT_EQ(fault_of(rows_), "3 is missing;") << "only the other chain knows of it";
}

TEST_F(AuditVerifierFinds, AChainThatWasTakenOut) {
  rows_.erase(rows_.begin(), rows_.begin() + 3);

  EXPECT_EQ(fault_of(rows_), "3 is missing;");
}

TEST_F(AuditVerifierFinds, AChainThatWasWrittenAnew) {
  rows_[1].actor = "somebody else";
  relink();

  EXPECT_EQ(fault_of(rows_), "3 is not what");
}

TEST_F(AuditVerifierFinds, AChainWithoutItsFirstRow) {
  rows_[0].action = "login";
  relink();

  EXPECT_EQ(fault_of(rows_), "1 is not where it belongs");
}

TEST(AuditChainRows, HashTheColumnsInTheOrderThatTheDocumentGives) {
  const AuditRow row{.chain = "c",
                     .number = 2,
                     .at = at(3),
                     .action = "login",
                     .actor = "u",
                     .relation = "",
                     .subject = "é",
                     .address = "::1",
                     .result = "ok",
                     .detail = "",
                     .hash = ""};

  EXPECT_EQ(audit_hash("ab", row), sha256_hex("2:ab1:c1:21:35:login1:u0:2:é3:::12:ok0:"));
}

TEST(AuditChainRows, HoldAllSendsOfABatchInOne) {
  AuditChain chain;
  chain.open({}, at(1));
  auto refused = entry(AuditAction::send, 7);
  refused.subject.clear();
  refused.result = "too_large";
  const std::vector entries{entry(AuditAction::send, 5), entry(AuditAction::connect, 6), refused};

  const auto rows = chain.link(entries);

  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].action, "connect");
  EXPECT_EQ(rows[1].action, "send");
  EXPECT_EQ(rows[1].number, 3);
  EXPECT_EQ(rows[1].at, at(7)) << "the latest, so that a search by time finds every send";
  EXPECT_EQ(
      rows[1].detail,
      R"([[5,"doctor","r1","m1","10.0.0.7","ok"],[7,"doctor","r1","","10.0.0.7","too_large"]])");
  const auto again = entries_of(rows[1]);
  ASSERT_EQ(again.size(), 2U);
  EXPECT_EQ(again[0].actor, UserId("doctor"));
  EXPECT_EQ(again[0].relation, RelationId("r1"));
  EXPECT_EQ(again[0].subject, "m1");
  EXPECT_EQ(again[0].address, "10.0.0.7");
  EXPECT_EQ(again[0].result, "ok");
  EXPECT_EQ(again[0].at, at(5));
  EXPECT_EQ(again[1].result, "too_large");
}

TEST(AuditChainRows, AreNoEntriesWhenTheyAreNotAsWritten) {
  for (const char* detail : {"", "{}", "[1]", R"([[1,"a","b","c","d"]])",
                             R"([[1,"a","b","c","d",2]])", R"([["1","a","b","c","d","e"]])"}) {
    EXPECT_TRUE(entries_of({.action = "send", .detail = detail}).empty()) << detail;
  }
  EXPECT_TRUE(entries_of({.action = "dance"}).empty());
}

TEST(AuditHeads, AreNamedOnceUnlessTheyHaveGrown) {
  AuditChain witness;
  const std::vector<AuditHead> seen{{.chain = "a", .number = 3, .hash = "h"},
                                    {.chain = "b", .number = 5, .hash = "i"}};
  const std::vector openings{witness.open(seen, at(1))};

  const auto left = unnamed_heads({{.chain = "a", .number = 3, .hash = "h"},
                                   {.chain = "b", .number = 6, .hash = "j"},
                                   {.chain = "c", .number = 1, .hash = "k"}},
                                  openings);

  ASSERT_EQ(left.size(), 2U);
  EXPECT_EQ(left[0].chain, "b");
  EXPECT_EQ(left[1].chain, "c");
}

TEST(AuditQueryFits, OnlyWhatFitsEverythingAsked) {
  const auto read = entry(AuditAction::read_history, 10);

  EXPECT_TRUE(matches(read, {}));
  EXPECT_TRUE(matches(read, {.relation = RelationId("r1"), .user = UserId("doctor")}));
  EXPECT_TRUE(matches(read, {.user = UserId("m1")})) << "as the subject";
  EXPECT_TRUE(matches(read, {.actions = {AuditAction::read_history}, .since = at(10)}));
  EXPECT_FALSE(matches(read, {.relation = RelationId("r2")}));
  EXPECT_FALSE(matches(read, {.user = UserId("patient")}));
  EXPECT_FALSE(matches(read, {.actions = {AuditAction::send}}));
  EXPECT_FALSE(matches(read, {.since = at(11)}));
}

TEST(AuditActions, HaveNamesThatAreReadBack) {
  for (int i = 0; i <= static_cast<int>(AuditAction::clear_hold); ++i) {
    const auto action = static_cast<AuditAction>(i);
    ASSERT_FALSE(to_text(action).empty()) << i;
    EXPECT_EQ(parse_audit_action(to_text(action)), action);
  }
  EXPECT_FALSE(parse_audit_action("dance"));
}

}  // namespace
}  // namespace quickclinic::chat
