#pragma once

#include "base/result.hpp"
#include "server/settings/settings.hpp"
#include "store/sqlite/sqlite_store.hpp"

#include <memory>

namespace quickclinic::server {

/// Opens the database of the settings and brings its tables up to date. Blocks. The error's context
/// is a sentence for the operator.
Result<std::unique_ptr<store::SqliteStore>> open_database(const settings::Settings& settings);

/// Where the embedded database is; a sentence when the settings name another kind.
Result<std::filesystem::path> embedded_database(const settings::Settings& settings);

}  // namespace quickclinic::server
