#include "store/sqlite/sqlite_audit.hpp"

#include "chat/message_id.hpp"
#include "store/contract/await.hpp"
#include "store/contract/temporary_folder.hpp"
#include "store/sqlite/sqlite_store.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <memory>
#include <thread>

namespace quickclinic::store {
namespace {

using chat::AuditAction;

/// A database whose record is written by stores that come one after the other, and looked at by
/// hand.
class SqliteAuditFile : public testing::Test {
 protected:
  std::unique_ptr<SqliteStore> open() { return SqliteStore::open({.path = path_}).value(); }

  // A store that records `count` connections and closes.
  void run(int count) {
    const auto store = open();
    for (int i = 0; i < count; ++i) {
      store->audit().record({.action = AuditAction::connect, .subject = std::to_string(i)});
    }
  }

  Result<> execute(const char* sql) {
    return Connection::open({.path = path_}).value().execute(sql);
  }
  // As somebody would who has got hold of the file.
  void tamper(const std::string& sql) {
    auto connection = Connection::open({.path = path_}).value();
    connection.execute("DROP TRIGGER qc_audit_no_update; DROP TRIGGER qc_audit_no_delete").value();
    connection.execute(sql.c_str()).value();
    ASSERT_GT(sqlite3_changes(connection.handle()), 0);
  }

  chat::AuditReport verify() { return await(open()->audit().verify()).value(); }
  std::string fault() {
    const auto report = verify();
    if (!report.fault) return {};
    return std::to_string(report.fault->number) + " " +
           report.fault->what.substr(0, report.fault->what.find(" chain"));
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.path() / "clinic.db";
};

TEST_F(SqliteAuditFile, BeginsAChainForEachStoreThatRecords) {
  run(2);
  run(0);
  run(3);

  const auto report = verify();

  EXPECT_FALSE(report.fault);
  EXPECT_EQ(report.chains, 2);
  EXPECT_EQ(report.entries, 7);
}

TEST_F(SqliteAuditFile, HoldsAgainstUpdateAndDelete) {
  run(1);

  EXPECT_FALSE(execute(R"(UPDATE qc_audit SET "actor" = 'somebody else')"));
  EXPECT_FALSE(execute("DELETE FROM qc_audit"));
  EXPECT_EQ(fault(), "");
}

TEST_F(SqliteAuditFile, ShowsAChangedRow) {
  run(3);
  tamper(R"(UPDATE qc_audit SET "actor" = 'somebody else' WHERE "number" = 3)");

  EXPECT_EQ(fault(), "3 was changed");
}

TEST_F(SqliteAuditFile, ShowsADeletedRow) {
  run(3);
  tamper(R"(DELETE FROM qc_audit WHERE "number" = 2)");

  EXPECT_EQ(fault(), "2 is missing");
}

TEST_F(SqliteAuditFile, ShowsAnInsertedRow) {
  run(3);
  tamper(R"(INSERT INTO qc_audit SELECT "chain", 5, "at", "action", "actor", "relation", "subject",
            "address", "result", "detail", "hash" FROM qc_audit WHERE "number" = 4)");

  EXPECT_EQ(fault(), "5 was changed");
}

TEST_F(SqliteAuditFile, ShowsAnEndThatWasCutOff) {
  run(3);
  run(1);
  tamper(R"(DELETE FROM qc_audit WHERE "number" >= 3)");

  EXPECT_EQ(fault(), "4 is missing;");
}

TEST_F(SqliteAuditFile, ShowsAChainThatWasTakenOut) {
  run(3);
  run(1);
  tamper(R"(DELETE FROM qc_audit WHERE "chain" =
            (SELECT "chain" FROM qc_audit GROUP BY "chain" HAVING count(*) = 4))");

  EXPECT_EQ(fault(), "4 is missing;");
}

TEST_F(SqliteAuditFile, KeepsSeveralWritersApart) {
  {
    const auto first = open();
    const auto second = open();
    for (int i = 0; i < 20; ++i) {
      (i % 2 == 0 ? first : second)->audit().record({.action = AuditAction::connect});
      ASSERT_TRUE(await((i % 3 == 0 ? first : second)->audit().flush()));
    }
  }

  const auto report = verify();

  EXPECT_FALSE(report.fault);
  EXPECT_EQ(report.chains, 2);
  EXPECT_EQ(report.entries, 22);
}

TEST_F(SqliteAuditFile, HoldsNoText) {
  {
    const auto store = open();
    const auto doctor = await(store->add_user({.email = "d@clinic.example",
                                               .name = "Doctor Surname",
                                               .password_hash = "*",
                                               .role = chat::Role::doctor}))
                            .value();
    const auto patient = await(store->add_user({.email = "p@clinic.example",
                                                .name = "Patient Surname",
                                                .password_hash = "*",
                                                .role = chat::Role::patient}))
                             .value();
    const auto pair = await(store->add_relation(doctor.id, patient.id)).value().relation;
    ASSERT_TRUE(await(store->append({.id = chat::new_message_id(),
                                     .relation = pair.id,
                                     .sender = doctor.id,
                                     .text = "a secret text"})));
  }

  auto connection = Connection::open({.path = path_}).value();
  Query query(connection, R"(SELECT count(*) FROM qc_audit WHERE "detail" LIKE '%secret%'
                             OR "detail" LIKE '%Surname%' OR "detail" LIKE '%example%')");
  ASSERT_TRUE(query.next().value());
  EXPECT_EQ(query.number(0), 0);
}

TEST_F(SqliteAuditFile, WritesMessagesThatWaitTogetherAsOneRow) {
  const auto store = open();
  const auto doctor = await(store->add_user({.email = "d@clinic.example",
                                             .name = "D",
                                             .password_hash = "*",
                                             .role = chat::Role::doctor}))
                          .value();
  const auto patient = await(store->add_user({.email = "p@clinic.example",
                                              .name = "P",
                                              .password_hash = "*",
                                              .role = chat::Role::patient}))
                           .value();
  const auto pair = await(store->add_relation(doctor.id, patient.id)).value().relation;
  constexpr int count = 200;
  asio::io_context loop;
  std::vector<Answer<chat::Appended>> answers(count);
  for (auto& answer : answers) {
    start(
        loop,
        store->append(
            {.id = chat::new_message_id(), .relation = pair.id, .sender = doctor.id, .text = "x"}),
        answer);
  }
  loop.run();

  const auto page = await(store->audit().entries({.actions = {AuditAction::send}})).value();
  const auto report = await(store->audit().verify()).value();

  EXPECT_EQ(page.entries.size(), static_cast<std::size_t>(count));
  EXPECT_FALSE(report.fault);
  EXPECT_LT(report.entries, count / 2);
}

// A writer that is nudged looks after its companion although nobody asks for anything.
TEST_F(SqliteAuditFile, IsWrittenWithoutAnybodyWaiting) {
  const auto store = open();
  store->audit().record({.action = AuditAction::connect});

  while (await(store->audit().entries({})).value().entries.empty()) std::this_thread::yield();

  EXPECT_EQ(await(store->audit().entries({})).value().entries.size(), 2U);
}

}  // namespace
}  // namespace quickclinic::store
