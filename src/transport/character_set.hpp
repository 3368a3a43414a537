#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace quickclinic::transport {

/// The bytes that some part of an HTTP message may hold: ASCII letters and digits, and a few more.
/// Made at compile time; asking about a byte is one look-up.
class CharacterSet {
 public:
  constexpr explicit CharacterSet(std::string_view others) noexcept {
    for (const std::string_view part :
         {std::string_view("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
          others}) {
      for (const char c : part) members_[static_cast<unsigned char>(c)] = true;
    }
  }

  constexpr bool contains(char c) const noexcept { return members_[static_cast<unsigned char>(c)]; }
  constexpr bool contains_all(std::string_view text) const noexcept {
    return std::ranges::all_of(text, [this](char c) { return contains(c); });
  }

 private:
  std::array<bool, 256> members_{};
};

}  // namespace quickclinic::transport
