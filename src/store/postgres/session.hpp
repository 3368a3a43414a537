#pragma once

#include "base/result.hpp"
#include "store/postgres/connection.hpp"
#include "store/postgres/parameters.hpp"
#include "store/postgres/rows.hpp"

#include <string>

namespace quickclinic::postgres {

/// Statements one after the other, each waited for: for threads that may block. Borrows the
/// connection.
class Session {
 public:
  explicit Session(pg_conn* connection) : connection_(connection) {}

  /// Any number of statements without parameters; stops at the first error.
  Result<> run(const std::string& sql) const;
  /// The first column of the first row, as text; empty when there is none, or it is null.
  Result<std::string> value(const std::string& sql) const;
  /// One statement.
  Result<Rows> ask(const char* sql, const Parameters& parameters) const;

 private:
  Result<ResultPtr> checked(ResultPtr result) const;

  pg_conn* connection_;
};

}  // namespace quickclinic::postgres
