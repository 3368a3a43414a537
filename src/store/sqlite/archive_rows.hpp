#pragma once

#include "chat/archive.hpp"
#include "store/sqlite/connection.hpp"

#include <vector>

/// The SQL of archives, inside the caller's transaction: what is read.
namespace quickclinic::store {

Result<std::vector<chat::ArchivedUser>> archived_users(Connection& connection,
                                                       const chat::UserId& after);
Result<chat::ArchivedUser> archived_user(Connection& connection, const chat::UserId& user);
Result<std::vector<chat::ArchivedRelation>> archived_relations(Connection& connection,
                                                               const chat::RelationId& after);
Result<std::vector<chat::ArchivedMessage>> archived_messages(Connection& connection,
                                                             const chat::RelationId& relation,
                                                             WallTime at,
                                                             const chat::MessageId& after);
Result<std::vector<chat::ArchivedMark>> archived_marks(Connection& connection,
                                                       const chat::RelationId& relation);
Result<std::vector<chat::ArchivedNotification>> archived_notifications(
    Connection& connection, const chat::UserId& user, const chat::NotificationId& after);
Result<std::vector<chat::Hold>> all_holds(Connection& connection);

}  // namespace quickclinic::store
