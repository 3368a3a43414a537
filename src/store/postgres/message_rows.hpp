#pragma once

#include "chat/store.hpp"
#include "store/postgres/link.hpp"

#include <optional>

/// The SQL of conversations: each function is one call of `chat::MessageStore`.
namespace quickclinic::postgres {

Task<chat::MessagePage> message_page(Links& links, chat::RelationId relation,
                                     chat::PageRequest request);
Task<chat::MessageSlice> message_slice(Links& links, chat::RelationId relation,
                                       chat::SliceRequest request);
Task<std::vector<chat::Message>> messages_newer_than(Links& links, chat::RelationId relation,
                                                     WallTime position, std::int64_t limit);
/// Unless triggers count what others write (`counted`), it is looked for, and counted now.
Task<std::vector<chat::Position>> relation_positions(Links& links,
                                                     std::vector<chat::RelationId> relations,
                                                     bool counted);
/// `wall`: nothing takes the database's clock.
Task<chat::Marked> mark_message_read(Links& links, chat::RelationId relation, chat::UserId user,
                                     chat::MessageId message, std::optional<WallTime> wall);

}  // namespace quickclinic::postgres
