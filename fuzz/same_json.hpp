#pragma once

#include "json/json.hpp"

namespace quickclinic::fuzz {

/// Whether two values mean the same.
inline bool same(const json::Value& left, const json::Value& right);

inline bool same(const json::Object& left, const json::Object& right) {
  if (left.size() != right.size()) return false;
  for (const auto& member : left) {
    const json::Value* other = right.if_contains(member.key());
    if (other == nullptr || !same(member.value(), *other)) return false;
  }
  return true;
}

inline bool same(const json::Array& left, const json::Array& right) {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (!same(left[i], right[i])) return false;
  }
  return true;
}

inline bool same(const json::Value& left, const json::Value& right) {
  if (left.is_object() && right.is_object()) return same(left.get_object(), right.get_object());
  if (left.is_array() && right.is_array()) return same(left.get_array(), right.get_array());
  // A whole number that was read as a fraction is written without one.
  if (left.is_double() || right.is_double())
    return left.is_number() && right.is_number() &&
           left.to_number<double>() == right.to_number<double>();
  return left == right;
}

}  // namespace quickclinic::fuzz
