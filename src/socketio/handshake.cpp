#include "socketio/handshake.hpp"

namespace quickclinic::socketio {
namespace {

std::optional<std::string_view> find(const std::vector<std::pair<std::string, std::string>>& pairs,
                                     std::string_view name) {
  for (const auto& [key, value] : pairs) {
    if (key == name) return value;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string_view> SessionInfo::header(std::string_view lower_case_name) const {
  return find(headers, lower_case_name);
}

std::optional<std::string_view> SessionInfo::query_value(std::string_view name) const {
  return find(query, name);
}

}  // namespace quickclinic::socketio
