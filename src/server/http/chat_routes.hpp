#pragma once

#include "chat/conversation.hpp"
#include "server/chat_events.hpp"
#include "server/http/caller.hpp"
#include "server/http/router.hpp"
#include "server/services.hpp"

#include <string>
#include <string_view>

namespace quickclinic::server {

/// Reading a conversation and speaking in it: `/api/doctorpatientrelations/{}/chats`.
class ChatRoutes {
 public:
  /// `events` is the same shard's, and carries what is said.
  ChatRoutes(Services& services, ChatEvents& events) : services_(services), events_(events) {}

  void install(Router& router);

 private:
  struct Loaded {
    std::string body;
    std::string newest;  ///< the id of the newest message that is handed out
  };

  Task<Router::Answer> list(ExchangePtr exchange);
  Task<Router::Answer> send(ExchangePtr exchange);
  /// The conversation that the path names, for its members: `relation_not_found`, `forbidden`.
  Task<chat::Conversation> open(ExchangePtr exchange, chat::UserId user);
  Task<Loaded> load(ExchangePtr exchange, chat::UserId user);
  /// Hands the message over; the exchange is answered after the commit.
  Task<> begin(ExchangePtr exchange, chat::UserId user);
  void record(const Exchange& exchange, chat::AuditAction action, const chat::UserId& user,
              std::string_view subject, std::string result);

  Services& services_;
  ChatEvents& events_;
};

}  // namespace quickclinic::server
