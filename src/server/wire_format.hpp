#pragma once

#include "chat/conversation.hpp"
#include "chat/model.hpp"
#include "chat/store.hpp"
#include "server/error_reply.hpp"
#include "server/presence_state.hpp"

#include <string>
#include <string_view>
#include <vector>

/// The JSON of events and acknowledgements, exactly as docs/events.md gives it. Written
/// directly: a message goes from the store to the wire without a tree in between. Each function
/// answers one JSON value.
namespace quickclinic::server::wire {

std::string messages(const std::vector<chat::Message>& messages,
                     const chat::Conversation& conversation);

std::string connected(const chat::Conversation& conversation);
std::string notification_connected(const chat::User& user);
/// `messages`, `pagination` and `readState`: the inside of the object, without its braces.
std::string initial_messages(const chat::MessagePage& page, const chat::PageRequest& request,
                             const chat::Conversation& conversation);
/// `{"message":{…}}`. Everybody but the sender is told so, and `with_client_id` makes of it what
/// the sender's own devices are told.
std::string new_message(const chat::Message& message, const chat::Member& author);
std::string with_client_id(std::string_view new_message, const chat::ClientMessageId& client_id);
std::string user_typing(const chat::Member& member);
std::string message_read(const chat::Mark& mark);
std::string message_delivered(const chat::Mark& mark);
std::string presence(const chat::UserId& user, const PresenceState& state);
std::string conversation_message(const chat::RelationId& relation, std::string_view new_message);
std::string conversation_read(const chat::RelationId& relation, const chat::Mark& mark);
/// The fields of the answer to `watch_conversation`. `other`: whose presence it is.
std::string watching(const std::vector<chat::Mark>& delivered, const chat::UserId& other,
                     const PresenceState& state);
std::string error_event(const ErrorReply& reply, std::string_view event);

/// The inside of an object, to be told with others.
std::string_view fields(std::string_view object);
/// `[{"ok":true,…}]`; `fields` is the inside of an object, or empty.
std::string ack(std::string_view fields = {});
/// `[{"ok":false,"error":{"code":…,"message":…}}]`.
std::string refusing_ack(const ErrorReply& reply);

}  // namespace quickclinic::server::wire
