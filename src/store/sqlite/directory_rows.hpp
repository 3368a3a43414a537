#pragma once

#include "chat/store.hpp"
#include "store/sqlite/connection.hpp"

#include <string>
#include <vector>

/// The SQL of users, relations and revoked tokens: each function is one call of `chat::Directory`,
/// inside the caller's transaction.
namespace quickclinic::store {

Result<chat::User> user_by_id(Connection& connection, const chat::UserId& user);
Result<chat::User> user_by_email(Connection& connection, const std::string& email);
Result<chat::Credentials> credentials_of(Connection& connection, const std::string& email);
Result<std::vector<chat::User>> all_users(Connection& connection);
Result<std::vector<chat::Relation>> all_relations(Connection& connection);
Result<chat::Membership> membership_of(Connection& connection, const chat::RelationId& relation);
Result<chat::WatchAnswer> watch_rows(Connection& connection, const chat::WatchRequest& request);

Result<chat::User> insert_user(Connection& connection, const chat::NewUser& user, WallTime now);
Result<> update_user_active(Connection& connection, const chat::UserId& user, bool active,
                            WallTime now);
Result<chat::AddedRelation> find_or_insert_relation(Connection& connection,
                                                    const chat::UserId& doctor,
                                                    const chat::UserId& patient, WallTime now);

Result<bool> token_is_revoked(Connection& connection, const std::string& token_hash);
/// Forgets, in passing, the tokens that have expired.
Result<> insert_revoked_token(Connection& connection, const std::string& token_hash,
                              WallTime expires_at, WallTime now);

}  // namespace quickclinic::store
