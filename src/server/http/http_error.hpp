#pragma once

#include "base/result.hpp"

namespace quickclinic::server {

/// What an HTTP request is refused for, beside what the layers below refuse. The messages are the
/// texts that clients get (contract, section 5).
enum class HttpError {
  unauthorized = 1,
  forbidden,
  not_found,
  unsupported_media_type,
  malformed_json,
  malformed_query,
  credentials_missing,
  credentials_wrong,
  relation_members_missing,
  role_unknown,
  page_or_limit_wrong,
  limit_too_large,
  order_unknown,
  user_not_found,
  appointment_not_found,
  broadcast_incomplete,
  new_appointment_incomplete,
  appointment_status_incomplete,
  appointment_incomplete,
};
std::error_code make_error_code(HttpError error) noexcept;

}  // namespace quickclinic::server

template <>
struct std::is_error_code_enum<quickclinic::server::HttpError> : std::true_type {};
