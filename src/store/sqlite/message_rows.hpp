#pragma once

#include "chat/store.hpp"
#include "store/sqlite/connection.hpp"

#include <vector>

/// The SQL of conversations: each function is one call of `chat::MessageStore`, inside the caller's
/// transaction. Writes of a function are one statement, so that a refused one leaves nothing
/// behind.
namespace quickclinic::store {

Result<chat::Appended> append_message(Connection& connection, const chat::NewMessage& message,
                                      WallTime now);
Result<chat::MessagePage> message_page(Connection& connection, const chat::RelationId& relation,
                                       const chat::PageRequest& request);
Result<chat::MessageSlice> message_slice(Connection& connection, const chat::RelationId& relation,
                                         const chat::SliceRequest& request);
Result<std::vector<chat::Message>> messages_newer_than(Connection& connection,
                                                       const chat::RelationId& relation,
                                                       WallTime position, std::int64_t limit);
Result<std::vector<chat::Position>> relation_positions(
    Connection& connection, const std::vector<chat::RelationId>& relations);
Result<chat::Marked> mark_message_read(Connection& connection, const chat::RelationId& relation,
                                       const chat::UserId& user, const chat::MessageId& message,
                                       WallTime now);
Result<std::vector<chat::Mark>> relation_read_marks(Connection& connection,
                                                    const chat::RelationId& relation);

}  // namespace quickclinic::store
