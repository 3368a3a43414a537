#include "store/postgres/postgres_store.hpp"
#include "tests/support/postgres_server.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace quickclinic::postgres {
namespace {

class ListenerTest : public ::testing::Test {
 protected:
  ListenerTest() : name_(testing::PostgresServer::name_in(server_.make_database())) {
    store_ = PostgresStore::open({.url = read_database_url(server_.url(name_)).value()},
                                 PostgresStore::Absent::fail)
                 .value();
    sql(R"sql(
      INSERT INTO "User" VALUES ('d', 'd@x', 'D', '!', 'DOCTOR', true, now(), now()),
                                ('p', 'p@x', 'P', '!', 'PATIENT', true, now(), now());
      INSERT INTO "Doctor" VALUES ('doctor', 'd');
      INSERT INTO "Patient" VALUES ('patient', 'p');
      INSERT INTO "DoctorPatientRelation" VALUES ('r', 'd', 'p', now(), now());)sql");
    loop_.emplace();
    work_.emplace(loop_->get_executor());
    store_->listen(
        loop_->get_executor(),
        {.message =
             [this](const chat::Arrival& arrival) {
               told_.push_back("message " + arrival.relation.text() + " " +
                               std::to_string(arrival.created_at.time_since_epoch().count()));
             },
         .notification =
             [this](const chat::Notification& notification) {
               told_.push_back("notification " + notification.user.text() + " " +
                               notification.message);
             },
         .gap = [this] { told_.push_back("gap"); }});
    // It listens when the database shows it.
    run_until([this] {
      return sql("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%now_utc()' AND "
                 "datname = current_database() AND state = 'idle'") == "1\n";
    });
  }
  ~ListenerTest() override {
    work_.reset();
    loop_.reset();
    store_.reset();
    server_.drop_database(name_);
  }

  std::string sql(const std::string& text) { return server_.run_sql(name_, text); }
  // One step of the loop after the other, each of which may wait a little for something to happen.
  void run_until(const std::function<bool()>& done) {
    for (int i = 0; i < 1000 && !done(); ++i) {
      loop_->restart();
      loop_->run_one_for(std::chrono::milliseconds(20));
    }
    EXPECT_TRUE(done());
  }
  void run_until_told(std::size_t count) {
    run_until([this, count] { return told_.size() >= count; });
  }

  testing::PostgresServer& server_ = testing::PostgresServer::shared();
  std::string name_;
  std::unique_ptr<PostgresStore> store_;
  std::optional<boost::asio::io_context> loop_;
  // A shard's loop has always something to wait for.
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
  std::vector<std::string> told_;
};

TEST_F(ListenerTest, HearsMessagesOfOthersInTheOrderOfTheirCommits) {
  for (const char* id : {"m1", "m2", "m3"}) {
    sql("INSERT INTO \"ChatMessages\" VALUES ('" + std::string(id) +
        "', 'r', 'hello', 'p', now() AT TIME ZONE 'UTC', now())");
  }

  run_until_told(3);

  std::string expected = sql(
      R"(SELECT 'message r ' || (extract(epoch FROM "createdAt") * 1000)::bigint FROM "ChatMessages"
         ORDER BY "createdAt")");
  std::string all;
  for (const std::string& each : told_) all += each + "\n";
  EXPECT_EQ(all, expected);
}

TEST_F(ListenerTest, HearsNothingOfWhatIsBroughtFromElsewhere) {
  sql(R"(INSERT INTO "ChatMessages" VALUES ('m1', 'r', 'now', 'p', now() AT TIME ZONE 'UTC', now()),
                                           ('m0', 'r', 'long ago', 'p', '2001-01-01', now()))");
  sql(R"(INSERT INTO "Notification" VALUES ('n1', 'd', 'last'))");

  run_until_told(2);

  ASSERT_EQ(told_.size(), 2U);
  EXPECT_TRUE(told_[0].starts_with("message r "));
  EXPECT_EQ(told_[1], "notification d last");
}

TEST_F(ListenerTest, TellsOfAGapAndOfNotificationsInItAfterItsConnectionWasLost) {
  sql(R"(INSERT INTO "Notification" VALUES ('n1', 'd', 'before'))");
  run_until_told(1);

  server_.terminate_connections();
  sql(R"(INSERT INTO "Notification" ("id", "userId", "message", "createdAt")
         VALUES ('n2', 'd', 'meanwhile', now() AT TIME ZONE 'UTC'))");
  run_until_told(3);

  EXPECT_EQ(told_,
            (std::vector<std::string>{"notification d before", "gap", "notification d meanwhile"}));
}

}  // namespace
}  // namespace quickclinic::postgres
