#include "socketio/handshake.hpp"

#include <array>
#include <chrono>
#include <cstdio>

namespace quickclinic::socketio {
namespace {

std::optional<std::string_view> find(const std::vector<std::pair<std::string, std::string>>& pairs,
                                     std::string_view name) {
  for (const auto& [key, value] : pairs) {
    if (key == name) return value;
  }
  return std::nullopt;
}

// As JavaScript writes a Date in UTC: `Fri Jan 02 2026 03:04:05 GMT+0000 (Coordinated Universal
// Time)`.
std::string date_text(WallTime time) {
  constexpr std::array<const char*, 7> weekdays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  char text[100];
  const int length = std::snprintf(
      text, sizeof text, "%s %s %02u %04d %02d:%02d:%02d GMT+0000 (Coordinated Universal Time)",
      weekdays.at(std::chrono::weekday(day).c_encoding()),
      months.at(static_cast<unsigned>(date.month()) - 1), static_cast<unsigned>(date.day()),
      static_cast<int>(date.year()), static_cast<int>(clock.hours().count()),
      static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
  return {text, static_cast<std::size_t>(length)};
}

// Node joins a header that came more than once.
json::Object headers_json(const SessionInfo& session) {
  json::Object all;
  for (const auto& [name, value] : session.headers) {
    const auto [entry, is_new] = all.emplace(name, value);
    if (is_new) continue;
    entry->value().as_string().append(name == "cookie" ? "; " : ", ").append(value);
  }
  return all;
}

}  // namespace

json::Object to_json(const Handshake& handshake) {
  const SessionInfo& session = *handshake.session;
  json::Object query;
  for (const auto& [name, value] : session.query) query.emplace(name, value);
  return {{"headers", headers_json(session)},
          {"time", date_text(session.issued)},
          {"address", session.address},
          {"xdomain", session.header("origin").has_value()},
          {"secure", session.secure},
          {"issued", session.issued.time_since_epoch().count()},
          {"url", session.url},
          {"query", std::move(query)},
          {"auth", handshake.auth}};
}

std::optional<std::string_view> SessionInfo::header(std::string_view lower_case_name) const {
  return find(headers, lower_case_name);
}

std::optional<std::string_view> SessionInfo::query_value(std::string_view name) const {
  return find(query, name);
}

}  // namespace quickclinic::socketio
