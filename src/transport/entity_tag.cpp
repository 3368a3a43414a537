#include "transport/entity_tag.hpp"

namespace quickclinic::transport {
namespace {

std::string_view trim(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

bool names_tag(std::string_view if_none_match, std::string_view tag) noexcept {
  std::string_view list = if_none_match;
  while (!list.empty()) {
    const auto comma = list.find(',');
    std::string_view one = trim(list.substr(0, comma));
    if (one == "*") return true;
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == tag) return true;
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
  return false;
}

}  // namespace quickclinic::transport
