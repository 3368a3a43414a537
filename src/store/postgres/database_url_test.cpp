#include "store/postgres/database_url.hpp"

#include <gtest/gtest.h>

namespace quickclinic::postgres {
namespace {

TEST(DatabaseUrl, IsGivenToLibpqAsItIs) {
  for (const char* url :
       {"postgresql://u:p@db:5432/clinic", "postgres://db/clinic?sslmode=verify-full&sslrootcert=x",
        "postgresql:///clinic?host=/run/postgresql"}) {
    const auto read = read_database_url(url);
    ASSERT_TRUE(read) << url;
    EXPECT_EQ(read->libpq, url);
    EXPECT_EQ(read->schema, "public");
    EXPECT_FALSE(read->pooled);
  }
}

TEST(DatabaseUrl, LosesParametersOfTheOrmAlone) {
  const auto read = read_database_url(
      "postgresql://db/clinic?schema=public&connection_limit=5&sslmode=require&pool_timeout=2&"
      "pgbouncer=true&statement_cache_size=0&socket_timeout=3&sslaccept=strict");

  ASSERT_TRUE(read);
  EXPECT_EQ(read->libpq, "postgresql://db/clinic?sslmode=require");
  EXPECT_TRUE(read->pooled);
}

TEST(DatabaseUrl, NamesTheSchema) {
  EXPECT_EQ(read_database_url("postgresql://db/clinic?schema=other%20one")->schema, "other one");
}

TEST(DatabaseUrl, IsRefusedWithoutBeingShown) {
  for (const char* url : {"postgresql://u:secret@[db/clinic", "postgresql://db/clinic?schema=%2",
                          "postgresql://u:secret@db/clinic?no_such_parameter=1"}) {
    const auto read = read_database_url(url);
    ASSERT_FALSE(read) << url;
    EXPECT_EQ(read.error().context.find("secret"), std::string::npos);
    EXPECT_TRUE(read.error().context.starts_with("DATABASE_URL ")) << read.error().context;
  }
}

}  // namespace
}  // namespace quickclinic::postgres
