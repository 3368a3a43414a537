#pragma once

#include "chat/archive.hpp"
#include "store/sqlite/connection.hpp"

#include <span>
#include <string>

/// The SQL of archives, inside the caller's transaction: what is brought in and taken out.
namespace quickclinic::store {

Result<chat::Imported> import_row(Connection& connection, const chat::ArchivedUser& user);
Result<chat::Imported> import_row(Connection& connection, const chat::ArchivedRelation& each);
Result<chat::Imported> import_row(Connection& connection, const chat::ArchivedMessage& each);
Result<chat::Imported> import_row(Connection& connection, const chat::ArchivedMark& each);
Result<chat::Imported> import_row(Connection& connection, const chat::ArchivedNotification& each);

Result<> upsert_hold(Connection& connection, const chat::Hold& hold, WallTime now);
Result<bool> delete_hold(Connection& connection, chat::Held what, const std::string& id);

Result<> erase_user_row(Connection& connection, const chat::UserId& user, WallTime now);
Result<> erase_message_texts(Connection& connection, std::span<const chat::MessageId> messages,
                             WallTime now);

}  // namespace quickclinic::store
