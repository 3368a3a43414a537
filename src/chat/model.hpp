#pragma once

#include "base/clock.hpp"
#include "base/strong_id.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The doctor-patient domain. It knows neither sockets nor SQL: `server/` turns events and requests
/// into calls of its use cases, `store/` makes its store interfaces real.
namespace quickclinic::chat {

using UserId = StrongId<struct UserIdTag>;
using RelationId = StrongId<struct RelationIdTag>;
using MessageId = StrongId<struct MessageIdTag>;
/// The sender's own name for a message, by which a repeated send is known (contract, section 4).
using ClientMessageId = StrongId<struct ClientMessageIdTag>;

enum class Role { patient, doctor, admin };
/// `PATIENT`, `DOCTOR`, `ADMIN`: as roles are called in databases, on the wire and in archives.
std::string_view to_text(Role role) noexcept;
std::optional<Role> parse_role(std::string_view text) noexcept;

struct User {
  UserId id;
  std::string email;
  std::string name;
  Role role = Role::patient;
  bool active = true;
  WallTime created_at;
};

/// A doctor-patient pair: the unit of a conversation. Members are user ids, never doctor or patient
/// ids.
struct Relation {
  RelationId id;
  UserId doctor;
  UserId patient;
  WallTime created_at;

  bool has_member(const UserId& user) const { return user == doctor || user == patient; }
};

/// A relation with both members as the database has them now.
struct Membership {
  Relation relation;
  User doctor;
  User patient;
  WallTime newest = {};  ///< its position: the time of its newest message; 1970 without one

  /// Null when `user` is not of this relation.
  const User* member(const UserId& user) const {
    if (user == relation.doctor) return &doctor;
    if (user == relation.patient) return &patient;
    return nullptr;
  }
};

/// A message as it is stored. Within a relation, messages are ordered by (`created_at`, `id`),
/// which is the order of their commits: `created_at` of a message we store is later than that of
/// every message before it.
struct Message {
  MessageId id;
  RelationId relation;
  UserId sender;
  std::string text;
  WallTime created_at;
};

/// How far one member has come in a conversation: up to which message, and when they came there.
struct Mark {
  UserId user;
  MessageId message;
  WallTime at;
};

}  // namespace quickclinic::chat
