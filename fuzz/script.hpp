#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace quickclinic::fuzz {

/// The bytes of an input as the program text of a target: lines, each a letter that says what to do
/// and what to do it with. So corpora can be read and written by hand. Borrows the bytes.
class Script {
 public:
  struct Step {
    char verb = '\0';           ///< NUL for an empty line
    std::string_view argument;  ///< may hold anything but a line end
  };

  Script(const std::uint8_t* data, std::size_t size)
      : rest_(reinterpret_cast<const char*>(data), size) {}

  /// Nothing at the end, or after so many steps that a longer script tells nothing new.
  std::optional<Step> next() {
    if (rest_.empty() || ++steps_ > steps_max) return std::nullopt;
    const std::size_t end = rest_.find('\n');
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    return line.empty() ? Step{} : Step{line.front(), line.substr(1)};
  }

 private:
  static constexpr std::size_t steps_max = 500;
  std::string_view rest_;
  std::size_t steps_ = 0;
};

/// The digits in front of `text`, at most six of them, as a number; 0 when there is none.
inline std::uint32_t number(std::string_view text) {
  std::uint32_t value = 0;
  for (const char c : text.substr(0, 6)) {
    if (c < '0' || c > '9') break;
    value = value * 10 + static_cast<std::uint32_t>(c - '0');
  }
  return value;
}

}  // namespace quickclinic::fuzz
