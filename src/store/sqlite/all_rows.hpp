#pragma once

#include "store/sqlite/connection.hpp"

#include <utility>
#include <vector>

namespace quickclinic::store {

/// What `read` makes of each row of a query, or the first error: the database's, or a row's.
template <class T>
Result<std::vector<T>> all_rows(Query& query, Result<T> (*read)(const Query&)) {
  std::vector<T> rows;
  while (true) {
    const auto row = query.next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return rows;
    Result<T> value = read(query);
    if (!value) return std::unexpected(value.error());
    rows.push_back(std::move(*value));
  }
}

/// The same for rows that cannot be wrong.
template <class T>
Result<std::vector<T>> all_rows(Query& query, T (*read)(const Query&)) {
  std::vector<T> rows;
  while (true) {
    const auto row = query.next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return rows;
    rows.push_back(read(query));
  }
}

}  // namespace quickclinic::store
