#include "server/http/notification_words.hpp"

#include <array>
#include <utility>

namespace quickclinic::server {
namespace {

constexpr std::size_t day_characters = 10;  // 2026-01-02
constexpr std::size_t minute_at = 11;       // 2026-01-02T10:30
constexpr std::size_t minute_characters = 5;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '_') c = ' ';
  }
  return out;
}

std::string what_happened(const std::string& status) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> known = {{
      {"confirmed", "was confirmed"},
      {"cancelled", "was cancelled"},
      {"canceled", "was cancelled"},
      {"completed", "is completed"},
      {"rescheduled", "was moved"},
      {"rejected", "was declined"},
  }};
  const std::string word = lower(status);
  for (const auto& [name, words] : known) {
    if (name == word) return std::string(words);
  }
  return "is now " + word;
}

std::string shorten_day(const std::string& text) {
  return parse_iso8601(text) ? text.substr(0, day_characters) : text;
}
std::string shorten_time(const std::string& text) {
  return parse_iso8601(text) ? text.substr(minute_at, minute_characters) + " UTC" : text;
}

// " before text", or nothing.
std::string clause(std::string_view before, const std::string& text) {
  return text.empty() ? std::string() : " " + std::string(before) + " " + text;
}

}  // namespace

std::string words_for(const AppointmentChange& change) {
  return "Your appointment" + clause("with", change.doctor_name) +
         clause("on", shorten_day(change.date)) + clause("at", shorten_time(change.time)) + " " +
         what_happened(change.status) + ".";
}

std::string words_for(const chat::Appointment& appointment) {
  return appointment.patient_name + " asks for an appointment" +
         clause("on", shorten_day(iso8601(appointment.date))) +
         clause("at", shorten_time(iso8601(appointment.begins_at))) + ".";
}

}  // namespace quickclinic::server
