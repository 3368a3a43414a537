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
/// `wall`: nothing takes the database's clock.
Task<chat::MarkedRead> mark_message_read(Links& links, chat::RelationId relation, chat::UserId user,
                                         chat::MessageId message, std::optional<WallTime> wall);
Task<std::vector<chat::ReadMark>> relation_read_marks(Links& links, chat::RelationId relation);

}  // namespace quickclinic::postgres
