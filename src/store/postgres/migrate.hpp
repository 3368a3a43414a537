#pragma once

#include "base/result.hpp"
#include "store/postgres/dialer.hpp"

#include <string>
#include <vector>

namespace quickclinic::postgres {

struct MigrationReport {
  std::vector<std::string> applied;  ///< what this call did, in order
  int version = 0;                   ///< of the schema now
  bool hears_others = true;          ///< false: no triggers could be made; see `docs/postgresql.md`
};

/// Brings the database to the schema of this program: the web application's tables where there are
/// none, and our own in the schema `quickclinic`. Nothing of the web application's is changed but
/// that triggers are put on two of its tables. Does nothing twice; of several processes at once one
/// does the work and the others wait. On failure nothing has changed, and the error's context is a
/// sentence.
///
/// Blocks; for the start of the program, and for commands.
Result<MigrationReport> migrate(const Dialer& dialer);

/// Succeeds when the schema is this program's own, and says what is to be done otherwise. Needs no
/// rights but to look. Blocks.
Result<MigrationReport> check_schema(const Dialer& dialer);

}  // namespace quickclinic::postgres
