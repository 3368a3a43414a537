#pragma once

#include "chat/model.hpp"

#include <string>

/// The rooms of the default namespace (contract, section 1).
namespace quickclinic::server {

/// Everybody who looks at a conversation.
inline std::string relation_room(const chat::RelationId& relation) {
  return "relation_" + relation.text();
}

/// One person's devices.
inline std::string user_room(const chat::UserId& user) { return "user_" + user.text(); }

/// One person's devices in one conversation; ours alone, so that only they are told of a
/// `clientMessageId`.
inline std::string seat_room(const chat::RelationId& relation, const chat::UserId& user) {
  return relation_room(relation) + "/" + user_room(user);
}

/// Those in a conversation who asked to hear more of it than the contract says (docs/events.md).
inline std::string watch_room(const chat::RelationId& relation) {
  return "watch_" + relation.text();
}

/// Those who asked to hear when this person comes and goes.
inline std::string presence_room(const chat::UserId& user) { return "presence_" + user.text(); }

/// Those of one person's devices that asked to hear of all their conversations.
inline std::string conversations_room(const chat::UserId& user) {
  return "conversations_" + user.text();
}

}  // namespace quickclinic::server
