#pragma once

#include <string_view>

/// The names of all events on the wire (docs/events.md). The front end has the same list.
namespace quickclinic::server::events {

// From clients.
inline constexpr std::string_view get_initial_messages = "get_initial_messages";
inline constexpr std::string_view send_message = "send_message";
inline constexpr std::string_view mark_as_read = "mark_as_read";
inline constexpr std::string_view get_messages = "get_messages";
inline constexpr std::string_view mark_as_delivered = "mark_as_delivered";
inline constexpr std::string_view watch_conversation = "watch_conversation";
inline constexpr std::string_view watch_conversations = "watch_conversations";
// Both ways.
inline constexpr std::string_view user_typing = "user_typing";
// To clients.
inline constexpr std::string_view connected = "connected";
inline constexpr std::string_view notification_connected = "notification_connected";
inline constexpr std::string_view initial_messages = "initial_messages";
inline constexpr std::string_view new_message = "new_message";
inline constexpr std::string_view message_read = "message_read";
inline constexpr std::string_view message_delivered = "message_delivered";
inline constexpr std::string_view presence = "presence";
inline constexpr std::string_view conversation_message = "conversation_message";
inline constexpr std::string_view conversation_read = "conversation_read";
inline constexpr std::string_view error = "error";
inline constexpr std::string_view new_notification = "new_notification";
inline constexpr std::string_view new_appointment_request = "new_appointment_request";
inline constexpr std::string_view appointment_status_update = "appointment_status_update";

}  // namespace quickclinic::server::events
