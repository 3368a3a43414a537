#pragma once

#include "chat/inbox.hpp"
#include "store/postgres/link.hpp"

#include <optional>
#include <string>

/// The SQL of `chat::Inbox`. `wall`: nothing takes the database's clock.
namespace quickclinic::postgres {

/// The triggers tell every instance of it, this one among them.
Task<chat::Notification> insert_notification(Links& links, chat::NotificationId id,
                                             chat::NewNotification notification,
                                             std::optional<WallTime> wall);

/// Asks the catalogue first: the tables of appointments are the web application's, and neither they
/// nor all of their columns need to be there, or to be ours to read.
Task<chat::Appointment> appointment_of(Links& links, std::string doctor,
                                       chat::AppointmentId appointment);

}  // namespace quickclinic::postgres
