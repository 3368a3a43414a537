#pragma once

#include "chat/store.hpp"
#include "store/postgres/link.hpp"

#include <optional>
#include <string>
#include <vector>

/// The SQL of users, relations and revoked tokens: each function is one call of `chat::Directory`.
/// `wall`: nothing takes the database's clock.
namespace quickclinic::postgres {

Task<chat::User> user_by_id(Links& links, chat::UserId user);
Task<chat::User> user_by_email(Links& links, std::string email);
Task<chat::Credentials> credentials_of(Links& links, std::string email);
Task<std::vector<chat::User>> all_users(Links& links);
Task<std::vector<chat::Relation>> all_relations(Links& links);
Task<chat::Membership> membership_of(Links& links, chat::RelationId relation);
Task<chat::WatchAnswer> watch_rows(Links& links, chat::WatchRequest request);

Task<chat::Visit> visit_row(Links& links, chat::VisitRequest request);

Task<chat::User> insert_user(Links& links, chat::NewUser user, std::optional<WallTime> wall);
Task<> update_user_active(Links& links, chat::UserId user, bool active,
                          std::optional<WallTime> wall);
Task<chat::AddedRelation> find_or_insert_relation(Links& links, chat::UserId doctor,
                                                  chat::UserId patient,
                                                  std::optional<WallTime> wall);

Task<bool> token_is_revoked(Links& links, std::string token_hash);
/// Forgets, in passing, the tokens that have expired.
Task<> insert_revoked_token(Links& links, std::string token_hash, WallTime expires_at,
                            std::optional<WallTime> wall);

}  // namespace quickclinic::postgres
