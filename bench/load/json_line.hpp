#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace quickclinic::load {

/// One flat JSON object on one line: what a run prints. Names and texts are our own and need no
/// escaping.
class JsonLine {
 public:
  void add(std::string_view name, std::string_view text);
  void add(std::string_view name, std::uint64_t number);
  /// With three decimals; `null` when it is not a number, as a quotient by nothing is.
  void add(std::string_view name, double number);

  std::string text() const { return "{" + fields_ + "}"; }

 private:
  void begin(std::string_view name);
  std::string fields_;
};

}  // namespace quickclinic::load
