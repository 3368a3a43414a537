#pragma once

#include "json/json.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace quickclinic::json {

/// Typed reading of a peer's JSON object. A getter answers the field, the absence of it
/// (`std::nullopt`: missing or null), or `JsonError::wrong_type` with the field's name. Borrows the
/// value it was made from.
class Fields {
 public:
  /// Fails when `value` is not an object.
  static Result<Fields> of(const Value& value);
  explicit Fields(const Object& object) : object_(&object) {}

  Result<std::optional<std::string_view>> text(std::string_view name) const;
  /// A whole number in the range of 64 bits; `2.0` counts as 2.
  Result<std::optional<std::int64_t>> integer(std::string_view name) const;
  Result<std::optional<bool>> boolean(std::string_view name) const;

  /// The same, where the field must be there.
  Result<std::string_view> required_text(std::string_view name) const;

 private:
  const Value* find(std::string_view name) const;
  const Object* object_;
};

}  // namespace quickclinic::json
