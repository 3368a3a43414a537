#pragma once

#include "chat/inbox.hpp"

#include <string>
#include <string_view>

/// The sentences of notifications about appointments.
namespace quickclinic::server {

/// A change of an appointment, as another service tells it; all but the status may be empty.
struct AppointmentChange {
  std::string status;
  std::string date;  ///< a time as ISO 8601 gives it is shortened to the day; other text stays
  std::string time;  ///< the same, to hours and minutes
  std::string doctor_name;
};

/// For the patient: `Your appointment with Dr. Rao on 2026-01-02 at 10:30 UTC was confirmed.`
std::string words_for(const AppointmentChange& change);

/// For the doctor: `Ravi Menon asks for an appointment on 2026-01-02 at 10:30 UTC.`
std::string words_for(const chat::Appointment& appointment);

}  // namespace quickclinic::server
