#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

struct sqlite3;

namespace quickclinic::store {

/// What SQLite's extended result `code` means to a store's caller: constraints are the row's fault
/// (`conflict`, `invalid`), a file that holds nonsense is `corrupt`, everything else is
/// `unavailable`.
Error sqlite_error(int code, std::string_view doing, std::string_view message);

/// The same for the latest failure of `database`. SQLite's messages name tables and columns, never
/// values.
Error sqlite_error(sqlite3* database, std::string_view doing);

}  // namespace quickclinic::store
