#pragma once

#include "base/timer_wheel.hpp"
#include "chat/conversation.hpp"
#include "chat/model.hpp"
#include "server/limits.hpp"
#include "server/token_bucket.hpp"
#include "socketio/socket.hpp"

#include <memory>
#include <optional>
#include <string>
#include <unordered_set>

namespace quickclinic::server {

/// What a client has asked for beyond the contract (docs/events.md).
struct Watching {
  TokenBucket marks{100, std::chrono::milliseconds(20)};    ///< nobody receives more to tell of
  TokenBucket watches{10, std::chrono::milliseconds(200)};  ///< each asks the database
  bool presence = false;                               ///< of the other one in the conversation
  bool conversations = false;                          ///< all of this person
  std::unordered_set<chat::RelationId> followed = {};  ///< in `Live`, because of these
};

/// Whoever is behind a socket, as the database knew them when they came: what the handlers need
/// without asking it again. Owned by the socket's data; belongs to its shard.
struct Visitor {
  Visitor(socketio::Socket& socket, chat::User who)
      : user(std::move(who)), expiry(expire, &socket) {}

  chat::User user;
  chat::ConversationPtr conversation;  ///< null: a notification connection
  std::string address;                 ///< where the socket comes from
  WallTime position{};                 ///< of the conversation, when they asked
  bool follows = false;                ///< in `Live`
  bool present = false;                ///< in `Presence`
  std::string token_hash;              ///< empty: no token (the founding handshake)
  std::optional<WallTime> token_expires_at;
  bool counted = false;                       ///< in `ConnectionLimit`
  unsigned sends_under_way = 0;               ///< see `ChatEvents`
  std::shared_ptr<PersonLimits> limits;       ///< owners: `Limits` and all sockets of the person
  std::shared_ptr<RateLimit> messages_limit;  ///< of the conversation; owners likewise
  Timer expiry;                               ///< of the token
  std::unique_ptr<Watching> watching;         ///< null: nothing was asked for

  static Visitor& of(socketio::Socket& socket) {
    return **socket.data_as<std::shared_ptr<Visitor>>();
  }

 private:
  static void expire(void* socket, TimePoint) {
    static_cast<socketio::Socket*>(socket)->disconnect(true);
  }
};

}  // namespace quickclinic::server
