#include "store/postgres/migrate.hpp"

#include "chat/store.hpp"
#include "store/migrations/postgres.hpp"
#include "store/postgres/session.hpp"

#include <string_view>
#include <utility>

namespace quickclinic::postgres {

using chat::StoreError;
using store::Migration;
using store::postgres_migrations;

namespace {

// "qcmigrat", so that other programs' advisory locks are not ours.
constexpr const char* lock = "SELECT pg_advisory_xact_lock(8170474276832932212)";

int version_of_program() { return static_cast<int>(postgres_migrations().size()); }

// 0 for a database that has never been migrated.
Result<int> version_of_database(const Session& session) {
  auto table = session.value("SELECT to_regclass('quickclinic.migrations')");
  if (!table) return std::unexpected(table.error());
  if (table->empty()) return 0;
  auto version = session.value(R"(SELECT coalesce(max("id"), 0) FROM quickclinic.migrations)");
  if (!version) return std::unexpected(version.error());
  return std::stoi(*version);
}

Result<> refuse_newer(int version) {
  if (version <= version_of_program()) return {};
  return fail(StoreError::unavailable, "the database was made by a newer quickclinic (schema " +
                                           std::to_string(version) + "; this one knows " +
                                           std::to_string(version_of_program()) + ")");
}

Result<bool> has_triggers(const Session& session) {
  auto found = session.value("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'quickclinic\\_%'");
  if (!found) return std::unexpected(found.error());
  return *found != "0";
}

Result<> make_clinic_tables(const Session& session) {
  for (const char* table : {"User", "DoctorPatientRelation", "ChatMessages"}) {
    auto found = session.value("SELECT to_regclass('public.\"" + std::string(table) + "\"')");
    if (!found) return std::unexpected(found.error());
    const bool first = std::string_view(table) == "User";
    if (first && found->empty()) {
      auto made = session.run(store::postgres_clinic_tables);
      if (!made) return std::unexpected(made.error());
      return {};
    }
    if (found->empty()) {
      return fail(StoreError::unavailable,
                  "the database has a table \"User\" but no \"" + std::string(table) +
                      "\"; it is not the web application's, or of an older version of it");
    }
  }
  return {};
}

std::unexpected<Error> named(const Migration& migration, Error error) {
  error.context = "migration " + std::string(migration.name) + " failed: " + error.context;
  return std::unexpected(std::move(error));
}

Result<> apply(const Session& session, int id, const Migration& migration) {
  if (auto done = session.run(migration.sql); !done) return named(migration, done.error());
  auto recorded =
      session.run(R"(INSERT INTO quickclinic.migrations ("id", "name", "appliedAt") VALUES ()" +
                  std::to_string(id) + ", '" + migration.name + "', now() AT TIME ZONE 'UTC')");
  if (!recorded) return named(migration, recorded.error());
  return {};
}

// False when the tables are somebody else's. Their rows are counted once at least.
Result<bool> hear_others(const Session& session) {
  const auto made = has_triggers(session);
  if (!made || *made) return made;
  if (auto saved = session.run("SAVEPOINT before_triggers"); !saved)
    return std::unexpected(saved.error());
  const auto done = session.run(store::postgres_triggers);
  if (done) return true;
  if (!done.error().context.starts_with("42501")) return std::unexpected(done.error());
  auto counted = session.run("ROLLBACK TO before_triggers; SELECT quickclinic.count_again(NULL)");
  if (!counted) return std::unexpected(counted.error());
  return false;
}

Result<MigrationReport> apply_missing(const Session& session) {
  MigrationReport report;
  // Large tables take longer to look through than a message may take to be stored.
  if (auto begun = session.run(std::string("BEGIN; SET LOCAL statement_timeout = 0; "
                                           "SET LOCAL lock_timeout = '60s'; ") +
                               lock);
      !begun)
    return std::unexpected(begun.error());
  const auto version = version_of_database(session);
  if (!version) return std::unexpected(version.error());
  if (auto known = refuse_newer(*version); !known) return std::unexpected(known.error());
  if (*version == 0) {
    if (auto made = make_clinic_tables(session); !made) return std::unexpected(made.error());
    auto made = session.run(R"sql(
      CREATE SCHEMA IF NOT EXISTS quickclinic;
      CREATE TABLE quickclinic.migrations (
        "id" integer PRIMARY KEY, "name" text NOT NULL, "appliedAt" timestamp(3) NOT NULL))sql");
    if (!made) return std::unexpected(made.error());
  }
  for (int id = *version + 1; id <= version_of_program(); ++id) {
    const Migration& migration = postgres_migrations()[static_cast<std::size_t>(id - 1)];
    if (auto done = apply(session, id, migration); !done) return std::unexpected(done.error());
    report.applied.emplace_back(migration.name);
  }
  const auto heard = hear_others(session);
  if (!heard) return std::unexpected(heard.error());
  report.hears_others = *heard;
  if (auto done = session.run("COMMIT"); !done) return std::unexpected(done.error());
  report.version = version_of_program();
  return report;
}

}  // namespace

Result<MigrationReport> check_schema(const Dialer& dialer) {
  const auto dialed = dialer.dial();
  if (!dialed) return std::unexpected(dialed.error());
  const Session session(dialed->raw.get());
  const auto version = version_of_database(session);
  if (!version) return std::unexpected(version.error());
  if (auto known = refuse_newer(*version); !known) return std::unexpected(known.error());
  if (*version < version_of_program()) {
    return fail(StoreError::conflict, "the database needs `quickclinic migrate` (schema " +
                                          std::to_string(*version) + "; this program wants " +
                                          std::to_string(version_of_program()) + ")");
  }
  const auto triggers = has_triggers(session);
  if (!triggers) return std::unexpected(triggers.error());
  return MigrationReport{.applied = {}, .version = *version, .hears_others = *triggers};
}

Result<MigrationReport> migrate(const Dialer& dialer) {
  // An ordinary start, or a role that may only look, touches nothing.
  auto present = check_schema(dialer);
  if (present || present.error().code != StoreError::conflict) return present;
  const auto dialed = dialer.dial();
  if (!dialed) return std::unexpected(dialed.error());
  const Session session(dialed->raw.get());
  return apply_missing(session);
}

}  // namespace quickclinic::postgres
