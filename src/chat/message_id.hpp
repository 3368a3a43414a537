#pragma once

#include "chat/model.hpp"

#include <string>

namespace quickclinic::chat {

/// An id in the shape the ORM's are in: 'c' and 24 of `[a-z0-9]`, 124 bits of randomness. For rows
/// of any table.
std::string new_row_id();

/// The id of a message whose sender gave it no name of its own: never the same twice.
MessageId new_message_id();

/// The id of a message that its sender named: the same three always give the same id, so that the
/// primary key itself makes a repeated send the same row. In the same shape, from SHA-256; nobody
/// can make two triples meet.
MessageId derived_message_id(const RelationId& relation, const UserId& sender,
                             const ClientMessageId& client_id);

}  // namespace quickclinic::chat
