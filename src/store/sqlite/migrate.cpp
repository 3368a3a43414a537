#include "store/sqlite/migrate.hpp"

#include "chat/store.hpp"
#include "store/migrations/sqlite.hpp"

namespace quickclinic::store {

using chat::StoreError;

namespace {

int version_of_program() { return static_cast<int>(sqlite_migrations().size()); }

// 0 for a database that has never been migrated.
Result<int> version_of_database(Connection& connection) {
  {
    Query table(connection,
                "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'qc_migrations'");
    const auto found = table.next();
    if (!found) return std::unexpected(found.error());
    if (!*found) return 0;
  }
  Query latest(connection, R"(SELECT coalesce(max("id"), 0) FROM qc_migrations)");
  const auto row = latest.next();
  if (!row) return std::unexpected(row.error());
  return static_cast<int>(latest.number(0));
}

Result<> refuse_newer(int version) {
  if (version <= version_of_program()) return {};
  return fail(StoreError::unavailable, "the database was made by a newer quickclinic (schema " +
                                           std::to_string(version) + "; this one knows " +
                                           std::to_string(version_of_program()) + ")");
}

Result<> apply(Connection& connection, int id, const Migration& migration, WallTime now) {
  if (auto done = connection.execute(migration.sql); !done) {
    Error error = done.error();
    error.context = "migration " + std::string(migration.name) + " failed: " + error.context;
    return std::unexpected(std::move(error));
  }
  Query record(connection,
               R"(INSERT INTO qc_migrations ("id", "name", "appliedAt") VALUES (?1, ?2, ?3))");
  return record.bind(id).bind(migration.name).bind(now).run();
}

}  // namespace

Result<MigrationReport> migrate(Connection& connection, WallTime now) {
  // Looked at first without the write lock, so that an ordinary start does not wait for another
  // process.
  MigrationReport report;
  auto version = version_of_database(connection);
  if (!version) return std::unexpected(version.error());
  report.version = *version;
  if (*version == version_of_program()) return report;

  auto transaction = Transaction::begin(connection, Transaction::Kind::write);
  if (!transaction) return std::unexpected(transaction.error());
  version = version_of_database(connection);
  if (!version) return std::unexpected(version.error());
  if (auto known = refuse_newer(*version); !known) return std::unexpected(known.error());

  auto made = connection.execute(R"sql(
    CREATE TABLE IF NOT EXISTS qc_migrations (
      "id" INTEGER NOT NULL PRIMARY KEY,
      "name" TEXT NOT NULL,
      "appliedAt" INTEGER NOT NULL
    ))sql");
  if (!made) return std::unexpected(made.error());
  for (int id = *version + 1; id <= version_of_program(); ++id) {
    const Migration& migration = sqlite_migrations()[static_cast<std::size_t>(id - 1)];
    if (auto done = apply(connection, id, migration, now); !done)
      return std::unexpected(done.error());
    report.applied.emplace_back(migration.name);
  }
  if (auto done = transaction->commit(); !done) return std::unexpected(done.error());
  report.version = version_of_program();
  return report;
}

Result<MigrationReport> migrate(const std::filesystem::path& path) {
  auto connection = Connection::open({.path = path});
  if (!connection) return std::unexpected(connection.error());
  return migrate(*connection, wall_now());
}

Result<> check_schema(Connection& connection) {
  const auto version = version_of_database(connection);
  if (!version) return std::unexpected(version.error());
  if (auto known = refuse_newer(*version); !known) return known;
  if (*version == version_of_program()) return {};
  return fail(StoreError::unavailable, "the database needs `quickclinic migrate` (schema " +
                                           std::to_string(*version) + "; this program wants " +
                                           std::to_string(version_of_program()) + ")");
}

}  // namespace quickclinic::store
