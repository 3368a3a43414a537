#include "store/sqlite/migrate.hpp"

#include "chat/store.hpp"
#include "store/contract/await.hpp"
#include "store/contract/temporary_folder.hpp"
#include "store/sqlite/sqlite_store.hpp"

#include <gtest/gtest.h>

#include <array>
#include <latch>
#include <optional>
#include <thread>

namespace quickclinic::store {
namespace {

using chat::StoreError;

const std::vector<std::string> every_migration = {
    "clinic_tables", "conversations", "revoked_tokens", "commit_fence", "conversation_list",
    "sign_in",       "audit",         "holds",          "deliveries"};
const int version = static_cast<int>(every_migration.size());

std::vector<std::string> rows(Connection& connection, const char* sql) {
  std::vector<std::string> found;
  Query query(connection, sql);
  while (query.next().value()) found.push_back(query.text(0));
  return found;
}

TEST(Migrate, MakesTheTablesOfTheOrmAndOurOwnInAnEmptyDatabase) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "clinic.db";

  const auto report = migrate(path);

  ASSERT_TRUE(report) << report.error().describe();
  EXPECT_EQ(report->applied, every_migration);
  EXPECT_EQ(report->version, version);
  auto connection = Connection::open({.path = path}).value();
  EXPECT_EQ(rows(connection, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"),
            (std::vector<std::string>{
                "ChatMessages", "Doctor", "DoctorPatientRelation", "Notification", "Patient",
                "User", "qc_audit", "qc_commit_fence", "qc_delivery_state", "qc_hold",
                "qc_migrations", "qc_read_state", "qc_relation_state", "qc_revoked_token"}));
  EXPECT_EQ(rows(connection, "SELECT name FROM qc_migrations ORDER BY id"), every_migration);
}

TEST(Migrate, DoesNothingTheSecondTime) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "clinic.db";
  ASSERT_TRUE(migrate(path));

  const auto report = migrate(path);

  ASSERT_TRUE(report) << report.error().describe();
  EXPECT_TRUE(report->applied.empty());
  EXPECT_EQ(report->version, version);
}

TEST(Migrate, IsDoneByOneWhenManyBeginAtOnce) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "clinic.db";
  std::array<std::optional<Result<MigrationReport>>, 4> reports;
  std::latch together(static_cast<std::ptrdiff_t>(reports.size()));
  std::vector<std::thread> processes;
  for (auto& report : reports) {
    processes.emplace_back([&] {
      together.arrive_and_wait();
      report = migrate(path);
    });
  }
  for (auto& process : processes) process.join();

  std::size_t workers = 0;
  for (const auto& report : reports) {
    ASSERT_TRUE(*report) << report->error().describe();
    EXPECT_EQ((*report)->version, version);
    if (!(*report)->applied.empty()) ++workers;
  }
  EXPECT_EQ(workers, 1U);
}

TEST(Migrate, KeepsWhatTheOrmMadeAndCountsItsMessages) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "clinic.db";
  // As the web application leaves it: more columns than we know, and rows.
  ASSERT_TRUE(Connection::open({.path = path})->execute(R"sql(
    CREATE TABLE "User" ("id" TEXT NOT NULL PRIMARY KEY, "email" TEXT NOT NULL UNIQUE, "name" TEXT NOT NULL,
      "password" TEXT NOT NULL, "role" TEXT NOT NULL, "phoneNo" TEXT NOT NULL,
      "isActive" BOOLEAN NOT NULL DEFAULT true, "createdAt" DATETIME NOT NULL, "updatedAt" DATETIME NOT NULL);
    CREATE TABLE "Doctor" ("id" TEXT NOT NULL PRIMARY KEY, "userId" TEXT NOT NULL UNIQUE);
    CREATE TABLE "Patient" ("id" TEXT NOT NULL PRIMARY KEY, "userId" TEXT NOT NULL UNIQUE);
    CREATE TABLE "DoctorPatientRelation" ("id" TEXT NOT NULL PRIMARY KEY, "doctorsUserId" TEXT NOT NULL,
      "patientsUserId" TEXT NOT NULL, "createdAt" DATETIME NOT NULL, "updatedAt" DATETIME NOT NULL,
      UNIQUE ("doctorsUserId", "patientsUserId"));
    CREATE TABLE "ChatMessages" ("id" TEXT NOT NULL PRIMARY KEY, "doctorPatientRelationId" TEXT NOT NULL,
      "text" TEXT NOT NULL, "senderId" TEXT NOT NULL, "createdAt" DATETIME NOT NULL, "updatedAt" DATETIME NOT NULL);
    INSERT INTO "User" VALUES ('d', 'd@clinic.example', 'D', '*', 'DOCTOR', '1', true, 1000, 1000);
    INSERT INTO "User" VALUES ('p', 'p@clinic.example', 'P', '*', 'PATIENT', '2', true, 1000, 1000);
    INSERT INTO "Doctor" VALUES ('1', 'd');
    INSERT INTO "Patient" VALUES ('2', 'p');
    INSERT INTO "DoctorPatientRelation" VALUES ('r', 'd', 'p', 1000, 1000);
    INSERT INTO "ChatMessages" VALUES ('m1', 'r', 'one', 'd', 2000, 2000), ('m2', 'r', 'two', 'p', 9000, 9000);
  )sql"));

  auto store = SqliteStore::open({.path = path, .wall_now = [] { return WallTime(); }});

  ASSERT_TRUE(store) << store.error().describe();
  EXPECT_EQ(await((*store)->find_user(chat::UserId("p")))->email, "p@clinic.example");
  const auto third = await((*store)->append({.id = chat::MessageId("m3"),
                                             .relation = chat::RelationId("r"),
                                             .sender = chat::UserId("p"),
                                             .text = "three"}));
  ASSERT_TRUE(third) << third.error().describe();
  EXPECT_EQ(third->message.created_at, WallTime(std::chrono::milliseconds(9001)));
  const auto page = await((*store)->page(chat::RelationId("r"), {})).value();
  EXPECT_EQ(page.total, 3);
  EXPECT_EQ(page.messages.at(0).text, "one");
}

TEST(Migrate, RefusesADatabaseOfANewerProgram) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "clinic.db";
  ASSERT_TRUE(migrate(path));
  ASSERT_TRUE(Connection::open({.path = path})
                  ->execute("INSERT INTO qc_migrations VALUES (99, 'later', 0)"));
  const std::string sentence =
      "the database was made by a newer quickclinic (schema 99; this one knows " +
      std::to_string(version) + ")";

  EXPECT_EQ(migrate(path).error().context, sentence);
  EXPECT_EQ(migrate(path).error().code, StoreError::unavailable);
  EXPECT_EQ(SqliteStore::open({.path = path}).error().context, sentence);
  EXPECT_EQ(SqliteStore::open({.path = path, .migrate = false}).error().context, sentence);
}

TEST(Migrate, IsAskedForWhenTheStoreMayNotDoItItself) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "clinic.db";

  EXPECT_EQ(SqliteStore::open({.path = path, .migrate = false}).error().context,
            "the database needs `quickclinic migrate` (schema 0; this program wants " +
                std::to_string(version) + ")");
  ASSERT_TRUE(migrate(path));
  EXPECT_TRUE(SqliteStore::open({.path = path, .migrate = false}));
}

TEST(MessageCounters, StayTrueWhoeverWrites) {
  const TemporaryFolder folder;
  auto connection = Connection::open({.path = folder.path() / "clinic.db"}).value();
  ASSERT_TRUE(migrate(connection, wall_now()));
  ASSERT_TRUE(connection.execute(R"sql(
    INSERT INTO "User" VALUES ('d', 'd', 'D', '*', 'DOCTOR', 1, 0, 0), ('p', 'p', 'P', '*', 'PATIENT', 1, 0, 0),
      ('q', 'q', 'Q', '*', 'PATIENT', 1, 0, 0);
    INSERT INTO "Doctor" VALUES ('1', 'd');
    INSERT INTO "Patient" VALUES ('2', 'p'), ('3', 'q');
    INSERT INTO "DoctorPatientRelation" VALUES ('r', 'd', 'p', 0, 0), ('s', 'd', 'q', 0, 0);
    INSERT INTO "ChatMessages" VALUES ('a', 'r', '', 'd', 10, 0), ('b', 'r', '', 'd', 30, 0), ('c', 'r', '', 'd', 20, 0);
  )sql"));
  const char* state =
      R"(SELECT "relationId" || ' ' || "messages" || ' ' || "lastCreatedAt" FROM qc_relation_state)";

  EXPECT_EQ(rows(connection, state), std::vector<std::string>{"r 3 30"});
  ASSERT_TRUE(connection.execute(
      R"(UPDATE "ChatMessages" SET "doctorPatientRelationId" = 's' WHERE "id" = 'c')"));
  EXPECT_EQ(rows(connection, state), (std::vector<std::string>{"r 2 30", "s 1 20"}));
  ASSERT_TRUE(connection.execute(R"(UPDATE "ChatMessages" SET "createdAt" = 40 WHERE "id" = 'a')"));
  EXPECT_EQ(rows(connection, state), (std::vector<std::string>{"r 2 40", "s 1 20"}));
  ASSERT_TRUE(connection.execute(R"(UPDATE "ChatMessages" SET "text" = 'x')"));
  ASSERT_TRUE(connection.execute(R"(DELETE FROM "ChatMessages" WHERE "id" <> 'b')"));
  EXPECT_EQ(rows(connection, state), (std::vector<std::string>{"r 1 40", "s 0 20"}));
}

class ConversationList : public testing::Test {
 protected:
  ConversationList() {
    EXPECT_TRUE(migrate(connection, wall_now()));
    execute(R"sql(
      INSERT INTO "User" VALUES ('d', 'd', 'D', '*', 'DOCTOR', 1, 0, 0), ('p', 'p', 'P', '*', 'PATIENT', 1, 0, 0),
        ('q', 'q', 'Q', '*', 'PATIENT', 1, 0, 0);
      INSERT INTO "Doctor" VALUES ('1', 'd');
      INSERT INTO "Patient" VALUES ('2', 'p'), ('3', 'q');
      INSERT INTO "DoctorPatientRelation" VALUES ('r', 'd', 'p', 0, 0), ('s', 'd', 'q', 0, 0);)sql");
  }
  void execute(const char* sql) {
    const auto done = connection.execute(sql);
    EXPECT_TRUE(done) << done.error().describe();
  }
  // "relation, newest message, unread by the doctor and by the patient": as kept, and as counted.
  std::vector<std::string> kept() {
    return rows(connection, R"sql(
      SELECT "relationId" || ' ' || "messages" || ' ' || coalesce("lastMessageId", '-') || ' ' || "doctorUnread" ||
        ' ' || "patientUnread" FROM qc_relation_state ORDER BY 1)sql");
  }
  std::vector<std::string> counted() {
    return rows(connection, R"sql(
      SELECT "s"."relationId" || ' ' || count("u"."id") || ' ' ||
        coalesce((SELECT "id" FROM "ChatMessages" WHERE "doctorPatientRelationId" = "s"."relationId"
                  ORDER BY "createdAt" DESC, "id" DESC LIMIT 1), '-') || ' ' ||
        coalesce(sum("u"."byDoctor"), 0) || ' ' || coalesce(sum("u"."byPatient"), 0)
      FROM qc_relation_state AS "s" LEFT JOIN qc_unread AS "u" ON "u"."relationId" = "s"."relationId"
      GROUP BY "s"."relationId" ORDER BY 1)sql");
  }
  TemporaryFolder folder;
  Connection connection = Connection::open({.path = folder.path() / "clinic.db"}).value();
};

TEST_F(ConversationList, StaysTrueWhoeverWrites) {
  const char* changes[] = {
      R"(INSERT INTO "ChatMessages" VALUES ('a', 'r', '', 'd', 10, 0), ('b', 'r', '', 'p', 30, 0), ('c', 'r', '', 'd', 20, 0))",
      R"(INSERT INTO "ChatMessages" VALUES ('e', 's', '', 'q', 15, 0), ('f', 's', '', 'p', 16, 0))",
      R"(INSERT INTO qc_read_state VALUES ('r', 'p', 'a', 10, 0), ('r', 'd', 'c', 20, 0))",
      R"(INSERT INTO "ChatMessages" VALUES ('g', 'r', '', 'd', 5, 0), ('h', 'r', '', 'p', 6, 0))",
      R"(UPDATE qc_read_state SET "messageId" = 'b', "messageCreatedAt" = 30 WHERE "userId" = 'p')",
      R"(INSERT INTO "ChatMessages" VALUES ('i', 'r', '', 'd', 40, 0))",
      R"(UPDATE "ChatMessages" SET "createdAt" = 50 WHERE "id" = 'a')",
      R"(UPDATE "ChatMessages" SET "doctorPatientRelationId" = 's' WHERE "id" = 'b')",
      R"(UPDATE "ChatMessages" SET "senderId" = 'p' WHERE "id" = 'c')",
      R"(UPDATE "ChatMessages" SET "text" = 'x')",
      R"(DELETE FROM "ChatMessages" WHERE "id" = 'a')",
      R"(DELETE FROM "ChatMessages" WHERE "id" = 'g')",
      R"(INSERT INTO "ChatMessages" VALUES ('j', 'r', '', 'd', 41, 0))",
      R"(DELETE FROM "ChatMessages" WHERE "doctorPatientRelationId" = 's')",
  };
  for (const char* change : changes) {
    execute(change);
    EXPECT_EQ(kept(), counted()) << change;
  }
  EXPECT_EQ(kept(), (std::vector<std::string>{"r 4 j 0 2", "s 0 - 0 0"}));
}

}  // namespace
}  // namespace quickclinic::store
