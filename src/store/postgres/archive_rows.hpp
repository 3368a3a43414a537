#pragma once

#include "chat/archive.hpp"
#include "store/postgres/link.hpp"

#include <vector>

/// The SQL of archives: what is read. Ids are in the order of their bytes, whatever the database's
/// collation.
namespace quickclinic::postgres {

Task<std::vector<chat::ArchivedUser>> archived_users(Links& links, chat::UserId after);
Task<chat::ArchivedUser> archived_user(Links& links, chat::UserId user);
Task<std::vector<chat::ArchivedRelation>> archived_relations(Links& links, chat::RelationId after);
Task<std::vector<chat::ArchivedMessage>> archived_messages(Links& links, chat::RelationId relation,
                                                           WallTime at, chat::MessageId after);
Task<std::vector<chat::ArchivedMark>> archived_marks(Links& links, chat::RelationId relation);
Task<std::vector<chat::ArchivedNotification>> archived_notifications(Links& links,
                                                                     chat::UserId user,
                                                                     chat::NotificationId after);
Task<std::vector<chat::Hold>> all_holds(Links& links);

}  // namespace quickclinic::postgres
