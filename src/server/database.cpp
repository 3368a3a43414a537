#include "server/database.hpp"

#include "store/postgres/postgres_store.hpp"
#include "store/sqlite/migrate.hpp"
#include "store/sqlite/sqlite_store.hpp"

#include <utility>
#include <variant>

namespace quickclinic::server {

using chat::StoreError;
using postgres::PostgresStore;

namespace {

const std::filesystem::path* embedded(const settings::Settings& settings) {
  const auto* sqlite = std::get_if<settings::SqliteDatabase>(&settings.database);
  return sqlite == nullptr ? nullptr : &sqlite->file;
}

Result<postgres::DatabaseUrl> postgres_url(const settings::Settings& settings) {
  const auto& database = std::get<settings::PostgresDatabase>(settings.database);
  return postgres::read_database_url(database.url.reveal());
}

template <class To, class From>
Result<std::unique_ptr<To>> widened(Result<std::unique_ptr<From>> from) {
  if (!from) return std::unexpected(from.error());
  return std::unique_ptr<To>(std::move(*from));
}

}  // namespace

Result<std::unique_ptr<chat::Database>> open_database(const settings::Settings& settings,
                                                      WhenAbsent absent) {
  if (const std::filesystem::path* path = embedded(settings))
    return widened<chat::Database>(store::SqliteStore::open({.path = *path}));
  auto url = postgres_url(settings);
  if (!url) return std::unexpected(url.error());
  return widened<chat::Database>(PostgresStore::open(
      {.url = std::move(*url)},
      absent == WhenAbsent::wait ? PostgresStore::Absent::wait : PostgresStore::Absent::fail));
}

Result<Migrated> migrate_database(const settings::Settings& settings) {
  if (const std::filesystem::path* path = embedded(settings)) {
    auto report = store::migrate(*path);
    if (!report) return std::unexpected(report.error());
    return Migrated{.applied = std::move(report->applied), .version = report->version};
  }
  auto url = postgres_url(settings);
  if (!url) return std::unexpected(url.error());
  const postgres::Dialer dialer(std::move(*url), {});
  auto report = postgres::migrate(dialer);
  if (!report) return std::unexpected(report.error());
  return Migrated{.applied = std::move(report->applied), .version = report->version};
}

Result<> check_database(const settings::Settings& settings) {
  if (const std::filesystem::path* path = embedded(settings)) {
    if (std::filesystem::exists(*path)) return {};
    return fail(StoreError::unavailable,
                "There is no database at " + path->string() + " yet; quickclinic migrate makes it");
  }
  auto url = postgres_url(settings);
  if (!url) return std::unexpected(url.error());
  const postgres::Dialer dialer(std::move(*url), {});
  const auto report = postgres::check_schema(dialer);
  if (!report) return std::unexpected(report.error());
  return {};
}

std::string database_name(const settings::Settings& settings) {
  const std::filesystem::path* path = embedded(settings);
  return path == nullptr ? "PostgreSQL" : path->string();
}

Result<std::filesystem::path> embedded_database(const settings::Settings& settings) {
  if (const std::filesystem::path* path = embedded(settings)) return *path;
  return fail(settings::SettingsError::contradictory,
              "The demo clinic lives in an embedded database; DATABASE_URL names PostgreSQL");
}

}  // namespace quickclinic::server
