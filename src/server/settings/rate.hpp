#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace quickclinic::settings {

/// How often something may happen: `count` at once, and as many again in each `period`, evenly
/// spread.
struct Rate {
  unsigned count = 0;  ///< 0: as often as one likes
  std::chrono::seconds period{1};

  /// `30/1m`, `5/s`, `100/10s`, `1000/h`; `off` sets no limit. Nothing for any other text.
  static std::optional<Rate> parse(std::string_view text) noexcept;

  bool limits() const noexcept { return count > 0; }
  friend bool operator==(const Rate&, const Rate&) = default;
};

}  // namespace quickclinic::settings
