#include "load/json_line.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace quickclinic::load {

void JsonLine::begin(std::string_view name) {
  if (!fields_.empty()) {
    fields_ += ", ";
  }
  fields_.append("\"").append(name).append("\": ");
}

void JsonLine::add(std::string_view name, std::string_view text) {
  begin(name);
  fields_.append("\"").append(text).append("\"");
}

void JsonLine::add(std::string_view name, std::uint64_t number) {
  begin(name);
  fields_ += std::to_string(number);
}

void JsonLine::add(std::string_view name, double number) {
  begin(name);
  std::array<char, 64> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number,
                                          std::chars_format::fixed, 3);
  if (!std::isfinite(number) || error != std::errc()) {
    fields_ += "null";
    return;
  }
  fields_.append(digits.data(), end);
}

}  // namespace quickclinic::load
