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

}  // namespace quickclinic::server
