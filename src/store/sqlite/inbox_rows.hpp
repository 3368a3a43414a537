#pragma once

#include "chat/inbox.hpp"
#include "store/sqlite/connection.hpp"

#include <string>

/// The SQL of `chat::Inbox`, inside the caller's transaction.
namespace quickclinic::store {

Result<chat::Notification> insert_notification(Connection& connection,
                                               const chat::NewNotification& notification,
                                               WallTime now);

/// Asks the catalogue first: the tables of appointments are the web application's, and neither they
/// nor all of their columns need to be there.
Result<chat::Appointment> appointment_of(Connection& connection, const std::string& doctor,
                                         const chat::AppointmentId& appointment);

}  // namespace quickclinic::store
