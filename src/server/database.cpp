#include "server/database.hpp"

#include "chat/store.hpp"

#include <variant>

namespace quickclinic::server {

Result<std::filesystem::path> embedded_database(const settings::Settings& settings) {
  if (const auto* sqlite = std::get_if<settings::SqliteDatabase>(&settings.database))
    return sqlite->file;
  return fail(
      chat::StoreError::unavailable,
      "DATABASE_URL names PostgreSQL, which this version does not serve; it takes sqlite:PATH");
}

Result<std::unique_ptr<store::SqliteStore>> open_database(const settings::Settings& settings) {
  auto path = embedded_database(settings);
  if (!path) return std::unexpected(path.error());
  return store::SqliteStore::open({.path = std::move(*path)});
}

}  // namespace quickclinic::server
