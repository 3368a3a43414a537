#pragma once

#include "chat/overview.hpp"
#include "store/sqlite/connection.hpp"

#include <optional>
#include <vector>

/// The SQL of `chat::Overview`, inside the caller's transaction.
namespace quickclinic::store {

Result<std::vector<chat::RelationSummary>> relation_summaries(Connection& connection,
                                                              const chat::UserId& user,
                                                              std::optional<chat::Role> side);

}  // namespace quickclinic::store
