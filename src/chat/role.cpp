#include "chat/model.hpp"

#include <array>
#include <utility>

namespace quickclinic::chat {
namespace {

constexpr auto names = std::to_array<std::pair<Role, std::string_view>>(
    {{Role::patient, "PATIENT"}, {Role::doctor, "DOCTOR"}, {Role::admin, "ADMIN"}});

}  // namespace

std::string_view to_text(Role role) noexcept {
  for (const auto& [value, name] : names) {
    if (value == role) return name;
  }
  return {};
}

std::optional<Role> parse_role(std::string_view text) noexcept {
  for (const auto& [value, name] : names) {
    if (name == text) return value;
  }
  return std::nullopt;
}

}  // namespace quickclinic::chat
