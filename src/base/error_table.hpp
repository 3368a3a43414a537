#pragma once

#include "base/result.hpp"

#include <system_error>

#include <span>
#include <string>
#include <string_view>

namespace quickclinic {

/// One line of a layer's error table.
struct ErrorEntry {
  int value;
  std::string_view message;
  Condition condition;
};

/// The error category of a layer, made from a table that lives as long as the program.
///
/// A layer defines `enum class Error {...}` with values from 1, a constant table of `ErrorEntry`,
/// one static `ErrorTable`, and `make_error_code`; see `engineio/error.cpp`.
class ErrorTable final : public std::error_category {
 public:
  ErrorTable(const char* name, std::span<const ErrorEntry> entries)
      : name_(name), entries_(entries) {}

  const char* name() const noexcept override { return name_; }
  std::string message(int value) const override;
  std::error_condition default_error_condition(int value) const noexcept override;

 private:
  const char* name_;
  std::span<const ErrorEntry> entries_;
};

}  // namespace quickclinic
