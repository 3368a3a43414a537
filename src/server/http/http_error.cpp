#include "server/http/http_error.hpp"

#include "base/error_table.hpp"

#include <array>

namespace quickclinic::server {
namespace {

constexpr ErrorEntry entry(HttpError error, std::string_view message, Condition condition) {
  return {static_cast<int>(error), message, condition};
}

using enum Condition;
constexpr std::array entries = {
    entry(HttpError::unauthorized, "Unauthorized", unauthenticated),
    entry(HttpError::forbidden, "Forbidden", forbidden),
    entry(HttpError::not_found, "Not found", not_found),
    entry(HttpError::unsupported_media_type, "Content-Type must be application/json", bad_request),
    entry(HttpError::malformed_json, "Malformed JSON", bad_request),
    entry(HttpError::malformed_query, "Malformed query", bad_request),
    entry(HttpError::credentials_missing, "email and password are required", bad_request),
    entry(HttpError::credentials_wrong, "Invalid email or password", unauthenticated),
    entry(HttpError::relation_members_missing, "doctorsUserId and patientsUserId are required",
          bad_request),
    entry(HttpError::role_unknown, "role must be DOCTOR or PATIENT", bad_request),
    entry(HttpError::page_or_limit_wrong, "page and limit must be positive integers", bad_request),
    entry(HttpError::limit_too_large, "limit cannot exceed 100", bad_request),
    entry(HttpError::order_unknown, "order must be newest or oldest", bad_request),
    entry(HttpError::user_not_found, "User not found", not_found),
    entry(HttpError::appointment_not_found, "Appointment not found", not_found),
    entry(HttpError::broadcast_incomplete, "userId and a notification are required", bad_request),
    entry(HttpError::new_appointment_incomplete,
          "doctorUserId, notification, and appointment are required", bad_request),
    entry(HttpError::appointment_status_incomplete,
          "patientUserId, appointmentId, and status are required", bad_request),
    entry(HttpError::appointment_incomplete, "doctorId and appointmentId are required",
          bad_request),
};

}  // namespace

std::error_code make_error_code(HttpError error) noexcept {
  static const ErrorTable table("http", entries);
  return {static_cast<int>(error), table};
}

}  // namespace quickclinic::server
