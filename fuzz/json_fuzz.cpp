// Whatever text is let through is written as JSON that every strict reader takes, and that means
// the same.
#include "base/utf8.hpp"
#include "fuzz/fuzz_target.hpp"
#include "json/json.hpp"

#include <string>
#include <string_view>

namespace {

namespace json = quickclinic::json;
using quickclinic::fuzz::require;

bool near(double left, double right) {
  // The library reads a number to the last bit but one.
  const double gap = left > right ? left - right : right - left;
  const double size = left > 0 ? left : -left;
  return gap <= size * 1e-15;
}

bool same(const json::Value& left, const json::Value& right);

bool same(const json::Object& left, const json::Object& right) {
  if (left.size() != right.size()) return false;
  for (const auto& member : left) {
    const json::Value* other = right.if_contains(member.key());
    if (other == nullptr || !same(member.value(), *other)) return false;
  }
  return true;
}

bool same(const json::Array& left, const json::Array& right) {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (!same(left[i], right[i])) return false;
  }
  return true;
}

bool same(const json::Value& left, const json::Value& right) {
  if (left.is_object() && right.is_object()) return same(left.get_object(), right.get_object());
  if (left.is_array() && right.is_array()) return same(left.get_array(), right.get_array());
  if (left.is_double() && right.is_double()) return near(left.get_double(), right.get_double());
  return left == right;
}

void check_string(std::string_view text) {
  if (!quickclinic::is_utf8(text)) return;
  std::string quoted;
  json::append_string(quoted, text);
  const auto value = json::parse(quoted);
  require(value && value->is_string() && json::view(value->get_string()) == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_string(text);
  const auto strict = json::parse(text);
  const auto lenient = json::parse_lenient(text);
  require(lenient || !strict);
  if (!lenient) return 0;
  require(lenient->repaired == !strict);
  const std::string written = json::to_text(lenient->value);
  require(quickclinic::is_utf8(written));
  const auto again = json::parse(written);
  require(again && same(*again, lenient->value));
  return 0;
}
