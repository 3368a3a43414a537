#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/sqlite/connection.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace quickclinic::store {

struct MigrationReport {
  std::vector<std::string>
      applied;      ///< what this call did, in order; empty when all was done already
  int version = 0;  ///< of the schema now
};

/// Brings the embedded database at `path`, which is made when there is none, to the schema of this
/// program. Does nothing twice; of several processes at once one does the work and the others wait
/// for it, within the connection's bound. On failure nothing has changed, and the error's context
/// is a sentence: a database of a newer program is one.
Result<MigrationReport> migrate(const std::filesystem::path& path);

/// The same over an open connection.
Result<MigrationReport> migrate(Connection& connection, WallTime now);

/// Fails unless the schema is this program's own, neither older nor newer.
Result<> check_schema(Connection& connection);

}  // namespace quickclinic::store
