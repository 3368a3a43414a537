#pragma once

#include "chat/conversation.hpp"
#include "chat/model.hpp"
#include "chat/store.hpp"
#include "server/error_reply.hpp"
#include "server/presence_state.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The JSON of events and acknowledgements, exactly as docs/events.md gives it. Written
/// directly: a message goes from the store to the wire without a tree in between. Each function
/// answers one JSON value.
namespace quickclinic::server::wire {

std::string message(const chat::Message& message, const chat::Member& author,
                    const std::optional<chat::ClientMessageId>& client_id = {});
std::string messages(const std::vector<chat::Message>& messages,
                     const chat::Conversation& conversation);

std::string connected(const chat::Conversation& conversation);
std::string notification_connected(const chat::User& user);
/// `messages`, `pagination` and `readState`: the inside of the object, without its braces.
std::string initial_messages(const chat::MessagePage& page, const chat::PageRequest& request,
                             const chat::Conversation& conversation);
std::string new_message(std::string_view message);
std::string user_typing(const chat::Member& member);
std::string message_read(const chat::Mark& mark);
std::string message_delivered(const chat::Mark& mark);
std::string presence(const chat::UserId& user, const PresenceState& state);
std::string conversation_message(const chat::RelationId& relation, std::string_view message);
std::string conversation_read(const chat::RelationId& relation, const chat::Mark& mark);
/// The fields of the answer to `watch_conversation`. `other`: whose presence it is.
std::string watching(const std::vector<chat::Mark>& delivered, const chat::UserId& other,
                     const PresenceState& state);
std::string error_event(const ErrorReply& reply, std::string_view event);

/// `[{"ok":true,…}]`; `fields` is the inside of an object, or empty.
std::string ack(std::string_view fields = {});
/// `[{"ok":false,"error":{"code":…,"message":…}}]`.
std::string refusing_ack(const ErrorReply& reply);

}  // namespace quickclinic::server::wire
