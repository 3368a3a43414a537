// Whatever text is let through is written as JSON that every strict reader takes, and that means
// the same.
#include "base/utf8.hpp"
#include "fuzz/fuzz_target.hpp"
#include "fuzz/same_json.hpp"
#include "json/json.hpp"

#include <string>
#include <string_view>

namespace {

namespace json = quickclinic::json;
using quickclinic::fuzz::require;
using quickclinic::fuzz::same;

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
