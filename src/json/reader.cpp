#include "json/reader.hpp"

#include <cmath>
#include <optional>
#include <utility>

namespace quickclinic::json {
namespace {

std::string_view type_of(const Value& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return "null";
    case boost::json::kind::bool_:
      return "a boolean";
    case boost::json::kind::int64:
    case boost::json::kind::uint64:
    case boost::json::kind::double_:
      return "a number";
    case boost::json::kind::string:
      return "a string";
    case boost::json::kind::array:
      return "an array";
    case boost::json::kind::object:
      return "an object";
  }
  return "nothing";
}

// The whole number that a double is, when it lies in the range of its type.
template <class Integer>
std::optional<Integer> whole(double number) {
  constexpr double above = 2.0 * static_cast<double>(std::numeric_limits<Integer>::max() / 2 + 1);
  constexpr double from = std::is_signed_v<Integer> ? -above : 0.0;
  if (number < from || number >= above || std::trunc(number) != number) return std::nullopt;
  return static_cast<Integer>(number);
}

std::optional<std::int64_t> as_integer(const Value& value) {
  if (const std::int64_t* number = value.if_int64()) return *number;
  if (const double* number = value.if_double()) return whole<std::int64_t>(*number);
  return std::nullopt;
}

std::optional<std::uint64_t> as_natural(const Value& value) {
  if (const std::int64_t* number = value.if_int64())
    return *number < 0 ? std::nullopt : std::optional(static_cast<std::uint64_t>(*number));
  if (const std::uint64_t* number = value.if_uint64()) return *number;
  if (const double* number = value.if_double()) return whole<std::uint64_t>(*number);
  return std::nullopt;
}

std::string range(const std::string& min, const std::string& max) {
  return "a whole number from " + min + " to " + max;
}

}  // namespace

bool Reader::boolean(const Value& value, bool& out) {
  const bool* flag = value.if_bool();
  if (flag == nullptr) return wrong(value, "true or false");
  out = *flag;
  return true;
}

bool Reader::integer(const Value& value, std::int64_t min, std::int64_t max, std::int64_t& out) {
  const auto number = as_integer(value);
  if (number && *number >= min && *number <= max) {
    out = *number;
    return true;
  }
  const bool any = max == std::numeric_limits<std::int64_t>::max();
  return wrong(value, any ? "a whole number" : range(std::to_string(min), std::to_string(max)));
}

bool Reader::natural(const Value& value, std::uint64_t max, std::uint64_t& out) {
  const auto number = as_natural(value);
  if (number && *number <= max) {
    out = *number;
    return true;
  }
  const bool any = max == std::numeric_limits<std::uint64_t>::max();
  return wrong(value, any ? "a whole number from 0" : range("0", std::to_string(max)));
}

bool Reader::number(const Value& value, double& out) {
  if (!value.is_number()) return wrong(value, "a number");
  out = value.to_number<double>();
  return true;
}

bool Reader::text(const Value& value, std::string& out) {
  const String* found = value.if_string();
  if (found == nullptr) return wrong(value, "a string");
  out.assign(found->data(), found->size());
  return true;
}

bool Reader::name(const Value& value, std::span<const std::string_view> names, std::size_t& out) {
  if (const String* found = value.if_string()) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] == view(*found)) {
        out = i;
        return true;
      }
    }
  }
  std::string wanted = "one of";
  for (const std::string_view one : names) {
    wanted.append(wanted.ends_with('"') ? ", \"" : " \"").append(one).append("\"");
  }
  return wrong(value, wanted);
}

bool Reader::bytes(const Value& value, std::string& out) {
  if (bytes_ != nullptr && bytes_->take(value, out)) return true;
  return wrong(value, "binary");
}

const Object* Reader::object(const Value& value) {
  const Object* object = value.if_object();
  if (object == nullptr) wrong(value, "an object");
  return object;
}

const Array* Reader::array(const Value& value) {
  const Array* array = value.if_array();
  if (array == nullptr) wrong(value, "an array");
  return array;
}

const Value* Reader::find(const Object& object, std::string_view name) {
  return object.if_contains(boost::json::string_view(name.data(), name.size()));
}

bool Reader::missing(std::string_view name) {
  problem_ = "is missing";
  return in_member(name);
}

bool Reader::wrong(const Value& value, std::string_view wanted) {
  problem_.assign("must be ").append(wanted);
  const std::string_view came = type_of(value);
  // `must be a whole number from 0 to 255, not a number` would not help.
  const bool said = (value.is_number() && wanted.find("number") != std::string_view::npos) ||
                    (value.is_string() && wanted.starts_with("one of")) ||
                    (value.is_object() && wanted == "binary");
  if (!said) problem_.append(", not ").append(came);
  return false;
}

bool Reader::in_member(std::string_view name) { return in(name); }

bool Reader::in_element(std::size_t index) { return in("[" + std::to_string(index) + "]"); }

bool Reader::in_some_member() { return in("[*]"); }

bool Reader::in(std::string_view place) {
  const bool joined = path_.empty() || path_.starts_with('[');
  path_.insert(0, std::string(place) + (joined ? "" : "."));
  return false;
}

std::string Reader::problem() const { return path_.empty() ? problem_ : path_ + ": " + problem_; }

}  // namespace quickclinic::json
