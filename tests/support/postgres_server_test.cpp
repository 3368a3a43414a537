#include "tests/support/postgres_server.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace quickclinic::testing {
namespace {

TEST(PostgresServer, MakesEmptyDatabasesAndCopies) {
  PostgresServer& server = PostgresServer::shared();
  const std::string pattern = PostgresServer::name_in(server.make_database());
  server.run_sql(pattern, "CREATE TABLE t (n int); INSERT INTO t VALUES (7)");

  const std::string copy = PostgresServer::name_in(server.make_database_like(pattern));
  const std::string empty = PostgresServer::name_in(server.make_database());

  EXPECT_EQ(server.run_sql(copy, "SELECT n, 'x' FROM t"), "7|x\n");
  EXPECT_THROW(server.run_sql(empty, "SELECT n FROM t"), std::runtime_error);
  server.drop_database(copy);
  EXPECT_THROW(server.run_sql(copy, "SELECT 1"), std::runtime_error);
}

TEST(PostgresServer, ComesBackWithItsDataAfterACrash) {
  PostgresServer server({.durable = true, .settings = {"max_connections = 17"}});
  const std::string name = PostgresServer::name_in(server.make_database());
  server.run_sql(name, "CREATE TABLE t (n int); INSERT INTO t VALUES (7)");

  server.stop_immediately();
  EXPECT_THROW(server.run_sql(name, "SELECT 1"), std::runtime_error);
  server.start();

  EXPECT_EQ(server.run_sql(name, "SELECT n FROM t"), "7\n");
  EXPECT_EQ(server.run_sql(name, "SHOW max_connections"), "17\n");
  EXPECT_EQ(server.run_sql(name, "SHOW fsync"), "on\n");
}

}  // namespace
}  // namespace quickclinic::testing
