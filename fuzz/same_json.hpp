#pragma once

#include "json/json.hpp"

namespace quickclinic::fuzz {

/// The JSON library reads a fraction to the last bit but one.
inline bool near(double left, double right) {
  const double gap = left > right ? left - right : right - left;
  const double size = left > 0 ? left : -left;
  return gap <= size * 1e-15 + 1e-320;
}

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
  if (left.is_double() && right.is_double()) return near(left.get_double(), right.get_double());
  return left == right;
}

}  // namespace quickclinic::fuzz
