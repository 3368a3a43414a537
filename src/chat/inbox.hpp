#pragma once

#include "base/task.hpp"
#include "chat/model.hpp"
#include "chat/store.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace quickclinic::chat {

using NotificationId = StrongId<struct NotificationIdTag>;
using AppointmentId = StrongId<struct AppointmentIdTag>;

/// What one person is told beside the chat; a row of `"Notification"`.
struct Notification {
  NotificationId id;
  UserId user;
  std::string message;
  std::optional<std::string> action_href;
  std::optional<std::string> action_label;
  bool is_read = false;
  WallTime created_at;
};

struct NewNotification {
  UserId user;
  std::string message;
  std::optional<std::string> action_href = {};
  std::optional<std::string> action_label = {};
};

/// An appointment as the web application keeps it, with the names that a doctor wants to see.
struct Appointment {
  AppointmentId id;
  UserId doctor;
  UserId patient;
  std::string patient_name;
  std::string patient_email;
  std::string status;
  std::optional<std::string> payment_method;
  std::optional<std::string> gender;
  std::optional<std::string> city;
  std::optional<std::int64_t> age;
  WallTime date;       ///< of its slot
  WallTime begins_at;  ///< of its slot
};

/// Notifications and the appointments they are about. Called as `MessageStore` is.
class Inbox {
 public:
  virtual ~Inbox() = default;

  /// Stores a notification that nobody has read yet (`"status"` 'UNREAD'). `not_found` when there
  /// is no such user.
  virtual Task<Notification> add_notification(NewNotification notification) = 0;

  /// An appointment of the doctor whose user or `"Doctor"` row has the id `doctor`. `not_found`
  /// when there is none, or the database has no appointments at all.
  virtual Task<Appointment> find_appointment(std::string doctor, AppointmentId appointment) = 0;
};

}  // namespace quickclinic::chat
