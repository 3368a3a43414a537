#pragma once

#include <system_error>

#include <charconv>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace quickclinic::cluster {

/// The id of an entry in a stream of Redis; later entries have higher ones.
struct EntryId {
  std::uint64_t ms = 0;  ///< when it was added, by the clock of Redis
  std::uint64_t number = 0;

  friend auto operator<=>(const EntryId&, const EntryId&) = default;
};

/// `ms-number`.
inline std::string to_text(const EntryId& id) {
  return std::to_string(id.ms) + "-" + std::to_string(id.number);
}

/// Nothing when it is anything else.
inline std::optional<EntryId> parse_entry_id(std::string_view text) {
  const auto read = [](std::string_view digits, std::uint64_t& into) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), into);
    return error == std::errc() && end == digits.data() + digits.size();
  };
  const std::size_t dash = text.find('-');
  EntryId id;
  if (dash == std::string_view::npos || !read(text.substr(0, dash), id.ms) ||
      !read(text.substr(dash + 1), id.number)) {
    return std::nullopt;
  }
  return id;
}

}  // namespace quickclinic::cluster
