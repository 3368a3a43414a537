#include "server/settings/rate.hpp"

#include <charconv>
#include <cstddef>

namespace quickclinic::settings {
namespace {

constexpr unsigned count_max = 10'000'000;
constexpr std::chrono::seconds period_max = std::chrono::hours(24);

std::optional<unsigned> parse_count(std::string_view text) {
  unsigned count = 0;
  const auto [end, error] = std::from_chars(text.begin(), text.end(), count);
  if (error != std::errc() || end != text.end() || count == 0 || count > count_max) {
    return std::nullopt;
  }
  return count;
}

std::optional<std::chrono::seconds> parse_unit(char letter) {
  if (letter == 's') return std::chrono::seconds(1);
  if (letter == 'm') return std::chrono::minutes(1);
  if (letter == 'h') return std::chrono::hours(1);
  return std::nullopt;
}

}  // namespace

std::optional<Rate> Rate::parse(std::string_view text) noexcept {
  if (text == "off") return Rate();
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos || slash + 1 == text.size()) return std::nullopt;
  const auto count = parse_count(text.substr(0, slash));
  const auto unit = parse_unit(text.back());
  const std::string_view times = text.substr(slash + 1, text.size() - slash - 2);
  const auto units = times.empty() ? std::optional(1U) : parse_count(times);
  if (!count || !unit || !units || *unit * *units > period_max) return std::nullopt;
  return Rate{*count, *unit * *units};
}

}  // namespace quickclinic::settings
