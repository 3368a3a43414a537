#include "json/fields.hpp"

#include <cmath>
#include <string>

namespace quickclinic::json {
namespace {

std::unexpected<Error> wrong(std::string_view name) {
  return fail(JsonError::wrong_type, std::string(name));
}

}  // namespace

Result<Fields> Fields::of(const Value& value) {
  const Object* object = value.if_object();
  if (object == nullptr) return fail(JsonError::wrong_type, "object expected");
  return Fields(*object);
}

const Value* Fields::find(std::string_view name) const {
  const Value* value = object_->if_contains(boost::json::string_view(name.data(), name.size()));
  return value == nullptr || value->is_null() ? nullptr : value;
}

Result<std::optional<std::string_view>> Fields::text(std::string_view name) const {
  const Value* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (const String* found = value->if_string()) return view(*found);
  return wrong(name);
}

Result<std::optional<std::int64_t>> Fields::integer(std::string_view name) const {
  const Value* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (const std::int64_t* number = value->if_int64()) return *number;
  if (const double* number = value->if_double()) {
    if (std::trunc(*number) == *number && std::abs(*number) < 9e15)
      return static_cast<std::int64_t>(*number);
  }
  return wrong(name);
}

Result<std::optional<bool>> Fields::boolean(std::string_view name) const {
  const Value* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (const bool* flag = value->if_bool()) return *flag;
  return wrong(name);
}

Result<std::string_view> Fields::required_text(std::string_view name) const {
  const auto found = text(name);
  if (!found) return std::unexpected(found.error());
  if (!*found) return wrong(name);
  return **found;
}

}  // namespace quickclinic::json
