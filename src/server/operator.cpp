#include "server/operator.hpp"

#include "server/run_blocking.hpp"

#include <unistd.h>

#include <cstdio>
#include <utility>

namespace quickclinic::server {

void print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

Result<chat::User> find_user_by_address(chat::Directory& directory, const std::string& email) {
  auto user = run_blocking(directory.find_user_by_email(email));
  if (user || user.error().condition() != Condition::not_found) return user;
  return std::unexpected(Error(user.error().code, "There is nobody with the address " + email));
}

Result<Named> find_named(chat::Directory& directory, const std::string& name) {
  if (name.find('@') != std::string::npos) {
    auto user = find_user_by_address(directory, name);
    if (!user) return std::unexpected(user.error());
    return Named{.user = std::move(*user), .relation = {}};
  }
  auto user = run_blocking(directory.find_user(chat::UserId(name)));
  if (user) return Named{.user = std::move(*user), .relation = {}};
  if (user.error().condition() != Condition::not_found) return std::unexpected(user.error());
  auto membership = run_blocking(directory.find_membership(chat::RelationId(name)));
  if (membership) return Named{.user = {}, .relation = std::move(membership->relation)};
  if (membership.error().condition() != Condition::not_found) {
    return std::unexpected(membership.error());
  }
  return std::unexpected(
      Error(membership.error().code, "There is neither a user nor a relation with the id " + name));
}

void record_operation(chat::AuditLog& audit, chat::AuditAction action,
                      const chat::RelationId& relation, const std::string& subject,
                      std::string result) {
  audit.record({.action = action,
                .actor = chat::UserId("os:" + std::to_string(::getuid())),
                .relation = relation,
                .subject = subject,
                .address = "local",
                .result = std::move(result)});
}

}  // namespace quickclinic::server
