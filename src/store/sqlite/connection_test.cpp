#include "store/sqlite/connection.hpp"

#include "chat/store.hpp"
#include "store/contract/temporary_folder.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

namespace quickclinic::store {
namespace {

namespace fs = std::filesystem;
using chat::StoreError;

unsigned mode_of(const fs::path& path) {
  struct stat status{};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 0777U;
}

std::string setting(Connection& connection, const char* pragma) {
  Query query(connection, pragma);
  EXPECT_TRUE(query.next().value());
  return query.text(0);
}

TEST(ConnectionOpen, MakesAFileAndFoldersThatOnlyTheirOwnerCanRead) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "a" / "b" / "clinic.db";

  auto connection = Connection::open({.path = path});

  ASSERT_TRUE(connection) << connection.error().describe();
  ASSERT_TRUE(connection->execute("CREATE TABLE t (x)"));
  EXPECT_EQ(mode_of(path), 0600U);
  EXPECT_EQ(mode_of(path.string() + "-wal"), 0600U);
  EXPECT_EQ(mode_of(path.string() + "-shm"), 0600U);
  EXPECT_EQ(mode_of(path.parent_path()), 0700U);
  EXPECT_EQ(mode_of(path.parent_path().parent_path()), 0700U);
}

TEST(ConnectionOpen, LeavesTheModeOfWhatIsThereAlready) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "clinic.db";
  std::ofstream(path).close();
  ASSERT_EQ(::chmod(path.c_str(), 0640), 0);

  ASSERT_TRUE(Connection::open({.path = path}));

  EXPECT_EQ(mode_of(path), 0640U);
}

TEST(ConnectionOpen, SynchronisesEveryCommitAndHoldsForeignKeys) {
  const TemporaryFolder folder;

  auto connection = Connection::open({.path = folder.path() / "clinic.db"}).value();

  EXPECT_EQ(setting(connection, "PRAGMA journal_mode"), "wal");
  EXPECT_EQ(setting(connection, "PRAGMA synchronous"), "2");
  EXPECT_EQ(setting(connection, "PRAGMA foreign_keys"), "1");
  EXPECT_EQ(setting(connection, "PRAGMA busy_timeout"), "2000");
}

TEST(ConnectionOpen, ReadsWithoutBeingAbleToWrite) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "clinic.db";
  ASSERT_TRUE(Connection::open({.path = path})->execute("CREATE TABLE t (x)"));

  auto reader = Connection::open({.path = path, .access = Connection::Access::read}).value();

  EXPECT_TRUE(reader.execute("SELECT * FROM t"));
  EXPECT_EQ(reader.execute("INSERT INTO t VALUES (1)").error().code, StoreError::unavailable);
}

TEST(ConnectionOpen, TakesEveryNameForAFile) {
  const TemporaryFolder folder;

  for (const char* name : {":memory:", "file:x?mode=memory", "a b%20c#d"}) {
    const auto path = folder.path() / name;
    ASSERT_TRUE(Connection::open({.path = path})) << name;
    EXPECT_TRUE(fs::exists(path)) << name;
  }
}

struct Refused {
  const char* what;
  fs::path path;
  StoreError error;
  std::string sentence;
};

TEST(ConnectionOpen, SaysInOneSentenceWhyItCannot) {
  const TemporaryFolder folder;
  const fs::path text = folder.path() / "text.db";
  std::ofstream(text) << std::string(5000, 'x');
  const fs::path inside_file = text / "clinic.db";
  const fs::path deep_inside_file = text / "folder" / "clinic.db";
  const fs::path nowhere = "/proc/quickclinic/clinic.db";
  const Refused cases[] = {
      {"not a database", text, StoreError::corrupt,
       "cannot use the database " + text.string() + ": it is not a SQLite database"},
      {"a folder", folder.path(), StoreError::unavailable,
       "cannot use the database " + folder.path().string() + ": it is a folder"},
      {"inside a file", inside_file, StoreError::unavailable,
       "cannot make the database " + inside_file.string() + ": Not a directory"},
      {"deep inside a file", deep_inside_file, StoreError::unavailable,
       "cannot make the folder " + (text / "folder").string() + ": Not a directory"},
      {"a folder nobody can write to", nowhere, StoreError::unavailable,
       "cannot make the folder /proc/quickclinic: No such file or directory"},
  };

  for (const Refused& refused : cases) {
    const auto opened = Connection::open({.path = refused.path});
    ASSERT_FALSE(opened) << refused.what;
    EXPECT_EQ(opened.error().code, refused.error) << refused.what;
    EXPECT_EQ(opened.error().context, refused.sentence) << refused.what;
  }
}

TEST(TransactionRollback, HappensWhenNobodyCommitted) {
  const TemporaryFolder folder;
  auto connection = Connection::open({.path = folder.path() / "clinic.db"}).value();
  ASSERT_TRUE(connection.execute("CREATE TABLE t (x)"));

  {
    auto transaction = Transaction::begin(connection, Transaction::Kind::write);
    ASSERT_TRUE(transaction);
    ASSERT_TRUE(connection.execute("INSERT INTO t VALUES (1)"));
    EXPECT_TRUE(connection.in_transaction());
  }

  EXPECT_FALSE(connection.in_transaction());
  EXPECT_EQ(setting(connection, "SELECT count(*) FROM t"), "0");
}

TEST(TransactionBegin, FailsWhileAnotherConnectionWrites) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "clinic.db";
  auto first = Connection::open({.path = path}).value();
  auto second =
      Connection::open({.path = path, .busy_wait_max = std::chrono::milliseconds(0)}).value();
  auto held = Transaction::begin(first, Transaction::Kind::write);
  ASSERT_TRUE(held);

  EXPECT_EQ(Transaction::begin(second, Transaction::Kind::write).error().code,
            StoreError::unavailable);
  EXPECT_TRUE(Transaction::begin(second, Transaction::Kind::read));
  ASSERT_TRUE(held->commit());
  EXPECT_TRUE(Transaction::begin(second, Transaction::Kind::write));
}

TEST(QueryText, MayHoldNulBytesAndBeEmpty) {
  const TemporaryFolder folder;
  auto connection = Connection::open({.path = folder.path() / "clinic.db"}).value();
  const std::string text("a\0b", 3);

  Query query(connection, "SELECT ?1, ?2, ?2 IS NULL");
  ASSERT_TRUE(query.bind(text).bind(std::string_view()).next().value());

  EXPECT_EQ(query.text(0), text);
  EXPECT_EQ(query.text(1), "");
  EXPECT_EQ(query.number(2), 0);
}

TEST(QueryFailure, IsToldByTheFirstStep) {
  const TemporaryFolder folder;
  auto connection = Connection::open({.path = folder.path() / "clinic.db"}).value();

  EXPECT_EQ(Query(connection, "SELECT no_such_column").bind(1).next().error().code,
            StoreError::corrupt);
  EXPECT_EQ(Query(connection, "SELECT ?1").bind(1).bind(2).run().error().code, StoreError::corrupt);
}

}  // namespace
}  // namespace quickclinic::store
