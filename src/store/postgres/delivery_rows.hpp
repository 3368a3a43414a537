#pragma once

#include "chat/store.hpp"
#include "store/postgres/link.hpp"

#include <optional>
#include <vector>

/// The SQL of what was received: each function is one call of `chat::MessageStore`.
namespace quickclinic::postgres {

/// `wall`: nothing takes the database's clock.
Task<chat::Marked> mark_message_delivered(Links& links, chat::RelationId relation,
                                          chat::UserId user, chat::MessageId message,
                                          std::optional<WallTime> wall);
Task<std::vector<chat::Mark>> relation_deliveries(Links& links, chat::RelationId relation);

}  // namespace quickclinic::postgres
