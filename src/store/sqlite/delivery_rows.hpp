#pragma once

#include "chat/store.hpp"
#include "store/sqlite/connection.hpp"

#include <vector>

/// The SQL of what was received, inside the caller's transaction. What was read counts as received
/// and is not stored again: the answers are the later of both.
namespace quickclinic::store {

Result<chat::Marked> mark_message_delivered(Connection& connection,
                                            const chat::RelationId& relation,
                                            const chat::UserId& user,
                                            const chat::MessageId& message, WallTime now);
Result<std::vector<chat::Mark>> relation_deliveries(Connection& connection,
                                                    const chat::RelationId& relation);

}  // namespace quickclinic::store
