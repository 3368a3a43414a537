#pragma once

#include "base/result.hpp"
#include "chat/audit.hpp"
#include "chat/store.hpp"

#include <optional>
#include <string>

/// What the commands of the operator have in common.
namespace quickclinic::server {

/// Prints on standard output, at once.
void print(const std::string& text);

/// The person with this address; a sentence when there is none.
Result<chat::User> find_user_by_address(chat::Directory& directory, const std::string& email);

/// Whom or what an operator has named: a person by address or id, or a relation by id.
struct Named {
  std::optional<chat::User> user;
  std::optional<chat::Relation> relation;  ///< exactly one of the two
};
/// A sentence when there is neither.
Result<Named> find_named(chat::Directory& directory, const std::string& name);

/// Records what the operator did: the actor is `os:` and the number of the system's user, and the
/// address is `local`.
void record_operation(chat::AuditLog& audit, chat::AuditAction action,
                      const chat::RelationId& relation, const std::string& subject,
                      std::string result);

}  // namespace quickclinic::server
