#pragma once

#include "base/result.hpp"
#include "chat/database.hpp"
#include "server/settings/settings.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace quickclinic::server {

enum class WhenAbsent {
  fail,  ///< a database that cannot be reached is an error
  wait   ///< PostgreSQL only: come back without it, and go on looking for it
};

/// Opens the database of the settings and brings its tables up to date. Blocks. The error's context
/// is a sentence for the operator.
Result<std::unique_ptr<chat::Database>> open_database(const settings::Settings& settings,
                                                      WhenAbsent absent = WhenAbsent::fail);

struct Migrated {
  std::vector<std::string> applied;  ///< steps that were missing, in order
  int version = 0;
};
Result<Migrated> migrate_database(const settings::Settings& settings);

/// Whether there is a database, with the tables of this version. Makes nothing. Blocks.
Result<> check_database(const settings::Settings& settings);

/// What to call it in a sentence: a path, or `PostgreSQL`.
std::string database_name(const settings::Settings& settings);

/// Where the embedded database is; a sentence when the settings name another kind.
Result<std::filesystem::path> embedded_database(const settings::Settings& settings);

}  // namespace quickclinic::server
