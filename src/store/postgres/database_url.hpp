#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace quickclinic::postgres {

/// How to reach a PostgreSQL server: what is in a `DATABASE_URL`.
struct DatabaseUrl {
  std::string libpq;              ///< the URL with those parameters only that libpq knows
  std::string schema = "public";  ///< of the web application's tables
  bool pooled = false;  ///< a pooler stands between that lends connections per transaction
};

/// Reads a URL as the web application's ORM or libpq writes it. `schema` and `pgbouncer` are
/// understood; the ORM's other parameters (`connection_limit`, `pool_timeout`, `sslaccept` …) are
/// left out. Fails with a sentence that shows nothing of the URL when it is malformed, or has a
/// parameter that neither knows.
Result<DatabaseUrl> read_database_url(std::string_view url);

}  // namespace quickclinic::postgres
