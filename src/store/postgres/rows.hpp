#pragma once

#include "base/clock.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct pg_result;

namespace quickclinic::postgres {

struct FreeResult {
  void operator()(pg_result* result) const noexcept;
};
using ResultPtr = std::unique_ptr<pg_result, FreeResult>;

/// What a statement answered, in PostgreSQL's binary formats. Owns it; views hold as long as it
/// lives. A column is read as what the statement makes it: text for text and enumerations, `number`
/// for `int8`, `time` for `timestamp`.
class Rows {
 public:
  Rows() = default;
  explicit Rows(ResultPtr result) : result_(std::move(result)) {}

  int count() const noexcept;
  bool empty() const noexcept { return count() == 0; }

  bool is_null(int row, int column) const noexcept;
  std::string_view view(int row, int column) const noexcept;
  std::string text(int row, int column) const { return std::string(view(row, column)); }
  std::optional<std::string> optional_text(int row, int column) const;
  /// 0 for null, or for a column of another size.
  std::int64_t number(int row, int column) const noexcept;
  bool boolean(int row, int column) const noexcept;
  WallTime time(int row, int column) const noexcept;
  std::optional<WallTime> optional_time(int row, int column) const noexcept;

 private:
  ResultPtr result_;
};

}  // namespace quickclinic::postgres
