#include "store/postgres/postgres_store.hpp"
#include "tests/support/postgres_server.hpp"

#include <gtest/gtest.h>

#include <string>

namespace quickclinic::postgres {
namespace {

/// What `quickclinic.append` says and writes down, asked as an appender asks.
class AppendStep : public ::testing::Test {
 protected:
  AppendStep() : name_(testing::PostgresServer::name_in(server_.make_database())) {
    const auto made = PostgresStore::open({.url = read_database_url(server_.url(name_)).value()},
                                          PostgresStore::Absent::fail);
    EXPECT_TRUE(made) << made.error().describe();
    sql(R"sql(
      INSERT INTO "User" VALUES ('d', 'd@x', 'D', '!', 'DOCTOR', true, now(), now()),
                                ('p', 'p@x', 'P', '!', 'PATIENT', true, now(), now());
      INSERT INTO "Doctor" VALUES ('doctor', 'd');
      INSERT INTO "Patient" VALUES ('patient', 'p');
      INSERT INTO "DoctorPatientRelation" VALUES ('r', 'd', 'p', now(), now());)sql");
  }
  ~AppendStep() override { server_.drop_database(name_); }

  std::string url() { return server_.url(name_); }
  std::string sql(const std::string& text) { return server_.run_sql(name_, text); }

  /// Sends one message behind row `number - 1` of the chain; answers `place|outcome` of each row,
  /// and at place 0 the number of the row in the record.
  std::string append(const std::string& id, int number) {
    const std::string before = number < 3
                                   ? ""
                                   : R"((SELECT "hash" FROM quickclinic.audit WHERE "number" = )" +
                                         std::to_string(number - 1) + ")";
    return sql("SELECT place, outcome FROM quickclinic.append(ARRAY['" + id +
               "'], ARRAY['r'], ARRAY['d'], ARRAY['hello'], ARRAY[0], NULL, ARRAY['\"d\",\"r\",\"" +
               id + "\",\"::1\"'], 'chain', " + std::to_string(number) + ", " +
               (before.empty() ? "''" : before) + ") ORDER BY place");
  }

  std::string recorded() {
    return sql(
        R"(SELECT "number", "action", n ->> 3, n ->> 5 FROM quickclinic.audit
           LEFT JOIN LATERAL jsonb_array_elements("detail"::jsonb) n ON "action" = 'send' ORDER BY 1)");
  }

 private:
  testing::PostgresServer& server_ = testing::PostgresServer::shared();
  std::string name_;
};

TEST_F(AppendStep, RecordsEachBatchInARowOfItsOwn) {
  EXPECT_EQ(append("a", 1), "0|2\n1|1\n");
  EXPECT_EQ(append("b", 3), "0|3\n1|1\n");
  EXPECT_EQ(recorded(), "1|chain_opened||\n2|send|a|ok\n3|send|b|ok\n");
}

TEST_F(AppendStep, GoesOnBehindABatchWhoseAnswerWasLost) {
  append("a", 1);

  EXPECT_EQ(append("a", 1), "0|3\n1|2\n");
  EXPECT_EQ(append("b", 1), "0|4\n1|1\n");
  EXPECT_EQ(append("c", 3), "0|5\n1|1\n");

  EXPECT_EQ(recorded(),
            "1|chain_opened||\n2|send|a|ok\n3|send|a|repeated\n4|send|b|ok\n5|send|c|ok\n");
  EXPECT_EQ(sql(R"(SELECT count(*) FROM quickclinic.audit a
                   JOIN quickclinic.audit b ON b."number" = a."number" - 1
                   WHERE a."hash" = quickclinic.row_hash(b."hash", 'chain', a."number", a."at", 'send', a."detail"))"),
            "4\n");
}

// Two connections at once: psql runs the statements of one line after the other, and the second
// comes from within the first.
TEST_F(AppendStep, WaitsForNobodyWhoMakesAConversationsFirstMessage) {
  sql(R"sql(
    CREATE EXTENSION dblink;
    INSERT INTO "Doctor" VALUES ('other', 'p');
    INSERT INTO "Patient" VALUES ('other', 'd');
    INSERT INTO "DoctorPatientRelation" VALUES ('s', 'p', 'd', now(), now());)sql");

  const std::string answered = sql(
      "BEGIN; INSERT INTO \"ChatMessages\" VALUES ('web', 'r', 'hello', 'p', now(), now()); "
      "SELECT * FROM dblink('" +
      url() +
      "', $$ SET lock_timeout = '1ms'; "
      "SELECT place, outcome FROM quickclinic.append(ARRAY['a', 'b'], ARRAY['r', 's'], ARRAY['d', "
      "'d'], "
      "ARRAY['x', 'y'], ARRAY[0, 0], NULL, ARRAY['\"\",\"\",\"\",\"\"', '\"\",\"\",\"\",\"\"'], "
      "'chain', 1, '') "
      "WHERE place > 0 ORDER BY place $$) "
      "AS t (place bigint, outcome bigint); COMMIT");

  EXPECT_EQ(answered, "1|3\n2|1\n");
  EXPECT_EQ(append("a", 3), "0|3\n1|1\n");
}

}  // namespace
}  // namespace quickclinic::postgres
