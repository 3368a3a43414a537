#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace quickclinic::transport {

enum class Plus { is_itself, is_a_space };

/// Undoes percent-encoding. A `%` that two hexadecimal digits do not follow stands for itself, as
/// in the forms that browsers send and Node reads. The result is bytes: it may hold NUL and need
/// not be UTF-8.
std::string percent_decode(std::string_view text, Plus plus = Plus::is_itself);

/// The parameters of a query string, decoded.
///
/// A parameter given twice counts as given last: what comes later wins. Names mean nothing by
/// themselves
/// (`__proto__` is a name like any other).
class Query {
 public:
  static constexpr std::size_t parameters_max =
      64;  // the protocol has about ten; looking one up is a linear search

  /// From what follows the `?`. `too_many_parameters` above `parameters_max`, repeated ones counted
  /// each time, empty ones not.
  static Result<Query> parse(std::string_view text);

  /// Valid as long as the query. `name` without `=` has the empty value.
  std::optional<std::string_view> find(std::string_view name) const noexcept;
  std::size_t size() const noexcept { return parameters_.size(); }
  /// Pairs of name and value, each name once.
  auto begin() const noexcept { return parameters_.begin(); }
  auto end() const noexcept { return parameters_.end(); }

 private:
  void set(std::string name, std::string value);

  std::vector<std::pair<std::string, std::string>> parameters_;
};

}  // namespace quickclinic::transport
