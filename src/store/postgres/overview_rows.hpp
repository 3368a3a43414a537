#pragma once

#include "chat/overview.hpp"
#include "store/postgres/link.hpp"

#include <optional>
#include <vector>

/// The SQL of `chat::Overview`.
namespace quickclinic::postgres {

Task<std::vector<chat::RelationSummary>> relation_summaries(Links& links, chat::UserId user,
                                                            std::optional<chat::Role> side);

}  // namespace quickclinic::postgres
