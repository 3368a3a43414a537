#pragma once

#include <charconv>
#include <cstddef>
#include <optional>
#include <string_view>

namespace quickclinic::load {

/// An acknowledgement `3<id>[…]` taken apart.
struct Acknowledgement {
  std::size_t id = 0;
  std::string_view arguments;

  bool ok() const { return arguments.find(R"("ok":true)") != std::string_view::npos; }
};

/// Nothing when `packet` is none.
inline std::optional<Acknowledgement> read_acknowledgement(std::string_view packet) {
  Acknowledgement acknowledgement;
  const char* const end = packet.data() + packet.size();
  if (!packet.starts_with('3')) {
    return std::nullopt;
  }
  const auto [next, error] = std::from_chars(packet.data() + 1, end, acknowledgement.id);
  if (error != std::errc()) {
    return std::nullopt;
  }
  acknowledgement.arguments = std::string_view(next, end);
  return acknowledgement;
}

}  // namespace quickclinic::load
