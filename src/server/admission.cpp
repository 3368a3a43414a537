#include "server/admission.hpp"

#include "base/log.hpp"
#include "server/audit_trail.hpp"
#include "server/error_reply.hpp"
#include "server/events.hpp"
#include "server/identity/find_token.hpp"
#include "server/identity/token_error.hpp"
#include "server/live.hpp"
#include "server/metrics/chat_counters.hpp"
#include "server/presence.hpp"
#include "server/rooms.hpp"
#include "server/tracing/tracer.hpp"
#include "server/visitor.hpp"
#include "server/wire_format.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace quickclinic::server {
namespace {

using socketio::ConnectRefusal;
using socketio::Socket;
using socketio::SocketPtr;

// A field of the CONNECT packet's object, else of the query. Of another type than text: nobody's
// relation.
Result<std::optional<std::string>> named_relation(const socketio::Handshake& handshake) {
  if (const json::Object* auth = handshake.auth.if_object()) {
    const json::Value* field = auth->if_contains("relationId");
    if (field != nullptr && !field->is_null()) {
      if (!field->is_string()) return fail(ServerError::relation_not_found);
      if (!field->get_string().empty()) return std::string(json::view(field->get_string()));
    }
  }
  const auto asked = handshake.session->query_value("relationId");
  if (!asked || asked->empty()) return std::nullopt;
  return std::string(*asked);
}

// The founding handshake `{relationId, userId}`, in the packet or in the query.
std::optional<std::string> named_user(const socketio::Handshake& handshake) {
  if (const json::Object* auth = handshake.auth.if_object()) {
    const json::Value* field = auth->if_contains("userId");
    if (field != nullptr && field->is_string()) return std::string(json::view(field->get_string()));
  }
  const auto asked = handshake.session->query_value("userId");
  return asked ? std::optional<std::string>(*asked) : std::nullopt;
}

// The code that the client is told, too.
std::string code_of(const ConnectRefusal& refusal) {
  const json::Object* data = refusal.data.if_object();
  const json::Value* code = data ? data->if_contains("code") : nullptr;
  return code && code->is_string() ? std::string(json::view(code->get_string())) : "refused";
}

ChatCounters::Connected& connected_in(ChatCounters& counters, const Visitor& visitor) {
  return visitor.conversation ? counters.conversations : counters.notifications;
}

// Answers the client even when the one who decides is thrown off course.
class Verdict {
 public:
  explicit Verdict(socketio::Namespace::Decision decision) : decision_(std::move(decision)) {}
  Verdict(const Verdict&) = delete;
  Verdict& operator=(const Verdict&) = delete;
  ~Verdict() {
    if (decision_) decision_(connect_refusal(ServerError::service_unavailable));
  }
  void say(std::optional<ConnectRefusal> refusal) {
    std::exchange(decision_, nullptr)(std::move(refusal));
  }

 private:
  socketio::Namespace::Decision decision_;
};

// The trace of one who wants to come in.
class HandshakeSpan {
 public:
  HandshakeSpan(Tracer* tracer, const socketio::SessionInfo& session) : tracer_(tracer) {
    if (tracer == nullptr) return;
    const auto header = session.header("traceparent");
    span_ = tracer->begin("connect", Span::Kind::server,
                          header ? read_traceparent(*header) : std::nullopt);
  }
  HandshakeSpan(const HandshakeSpan&) = delete;
  HandshakeSpan& operator=(const HandshakeSpan&) = delete;
  ~HandshakeSpan() {
    if (span_ != nullptr) tracer_->end(std::move(span_));
  }
  void say(std::string_view outcome) {
    if (span_ != nullptr) span_->values.emplace_back("quickclinic.outcome", std::string(outcome));
  }

 private:
  Tracer* tracer_;
  std::unique_ptr<Span> span_;
};

}  // namespace

/// Who wants to come in where, as far as the token and the handshake tell.
struct Admission::Wish {
  chat::UserId user;
  std::string token_hash;
  std::optional<WallTime> expires_at;
  std::optional<chat::RelationId> relation;
};

/// The same people as the database knows them.
struct Admission::Guest {
  Wish wish;
  chat::User user;
  chat::ConversationPtr conversation;
  WallTime position;
};

Result<Admission::Wish> Admission::read_wish(const Services& services,
                                             const socketio::Handshake& handshake) {
  const socketio::SessionInfo& session = *handshake.session;
  Wish wish;
  const auto found = identity::find_token({.auth = &handshake.auth,
                                           .authorization = session.header("authorization"),
                                           .cookie = session.header("cookie").value_or(""),
                                           .query_token = session.query_value("token")});
  if (found) {
    auto claims = services.tokens.verify(found->token, wall_now());
    if (!claims) return std::unexpected(claims.error());
    wish.user = std::move(claims->user);
    wish.token_hash = std::move(claims->token_hash);
    wish.expires_at = claims->expires_at;
  } else {
    const bool missing =
        found.error().code == identity::make_error_code(identity::TokenError::missing);
    const auto claimed = named_user(handshake);
    if (!services.settings.legacy_auth || !missing || !claimed)
      return std::unexpected(found.error());
    wish.user = chat::UserId(*claimed);
  }
  auto relation = named_relation(handshake);
  if (!relation) return std::unexpected(relation.error());
  if (*relation) wish.relation = chat::RelationId(std::move(**relation));
  return wish;
}

Task<Admission::Guest> Admission::look_up(Wish wish) {
  Result<chat::Visit> visit = co_await services_.directory.visit(
      {.user = wish.user, .token_hash = wish.token_hash, .relation = wish.relation});
  if (!visit) co_return std::unexpected(visit.error());
  if (visit->revoked) co_return fail(identity::TokenError::expired, "revoked");
  if (!visit->user) co_return fail(ServerError::user_not_found);
  Guest guest{std::move(wish), std::move(*visit->user), nullptr, {}};
  if (!guest.user.active) co_return fail(ServerError::account_disabled);
  if (!guest.wish.relation) co_return guest;
  if (!visit->membership) co_return fail(ServerError::relation_not_found);
  Result<chat::Conversation> conversation =
      chat::Conversation::open(*visit->membership, guest.user.id);
  if (!conversation) co_return std::unexpected(conversation.error());
  guest.conversation = std::make_shared<const chat::Conversation>(std::move(*conversation));
  guest.position = visit->membership->newest;
  co_return guest;
}

Result<> Admission::admit(Socket& socket, Guest guest) {
  if (!services_.connections.enter(guest.user.id)) return fail(ServerError::too_many_connections);
  auto visitor = std::make_shared<Visitor>(socket, std::move(guest.user));
  visitor->counted = true;
  visitor->address = socket.handshake()->session->address;
  visitor->limits = services_.limits.person(visitor->user.id);
  if (guest.conversation) {
    visitor->messages_limit = services_.limits.messages_in(guest.conversation->relation());
  }
  visitor->conversation = std::move(guest.conversation);
  visitor->position = guest.position;
  visitor->token_hash = std::move(guest.wish.token_hash);
  visitor->token_expires_at = guest.wish.expires_at;
  socket.data() = std::move(visitor);
  return {};
}

Task<> Admission::decide(SocketPtr socket, socketio::Namespace::Decision decision) {
  Verdict verdict(std::move(decision));
  HandshakeSpan span(services_.tracer, *socket->handshake()->session);
  Result<Wish> wish = read_wish(services_, *socket->handshake());
  chat::AuditEntry entry{.action = chat::AuditAction::connect,
                         .address = socket->handshake()->session->address};
  if (wish) {
    entry.actor = wish->user;
    entry.relation = wish->relation.value_or(chat::RelationId());
  }
  Result<Guest> guest = std::unexpected(Error(ServerError::service_unavailable));
  if (!wish) {
    guest = std::unexpected(wish.error());
  } else if (services_.limits.person(wish->user)->handshakes.take(shard_.now())) {
    guest = std::unexpected(Error(ServerError::too_many_connections));
  } else if (!services_.draining) {
    guest = co_await look_up(std::move(*wish));
  }
  Result<> admitted;
  if (!guest) {
    admitted = std::unexpected(guest.error());
  } else if (socket->abandoned()) {
    co_return Result<>();  // nobody waits for the answer any more
  } else {
    admitted = admit(*socket, std::move(*guest));
  }
  if (!admitted) {
    log::info("connection refused", {{"reason", admitted.error().code.message()},
                                     {"peer", socket->handshake()->session->address}});
    ConnectRefusal refusal = connect_refusal(admitted.error());
    entry.result = code_of(refusal);
    services_.counters[shard_.index()]->refused_connect(entry.result);
    span.say(entry.result);
    services_.audit.record(std::move(entry));
    verdict.say(std::move(refusal));
    co_return Result<>();
  }
  services_.audit.record(std::move(entry));
  span.say("admitted");
  verdict.say(std::nullopt);
  co_return Result<>();
}

template <class Work>
void Admission::at_home(const chat::RelationId& relation, Work work) {
  transport::Shard& home = Live::home_of(shard_, relation);
  Live& live = *services_.live[home.index()];
  if (&home == &shard_) {
    work(live);
  } else {
    home.post([&live, work = std::move(work)] { work(live); });
  }
}

template <class Work>
void Admission::at_home(const chat::UserId& user, Work work) {
  transport::Shard& home = Presence::home_of(shard_, user);
  Presence& presence = *services_.presence[home.index()];
  if (&home == &shard_) {
    work(presence);
  } else {
    home.post([&presence, work = std::move(work)] { work(presence); });
  }
}

void Admission::greet(Socket& socket) {
  Visitor& visitor = Visitor::of(socket);
  connected_in(*services_.counters[shard_.index()], visitor).came();
  if (visitor.token_expires_at) {
    shard_.timers().arm(visitor.expiry, shard_.now() + (*visitor.token_expires_at - wall_now()));
  }
  socket.join(user_room(visitor.user.id));
  visitor.present = true;
  at_home(visitor.user.id, [user = visitor.user.id](Presence& presence) { presence.came(user); });
  if (!visitor.conversation) {
    socket.emit_text(events::notification_connected, wire::notification_connected(visitor.user));
    return;
  }
  const chat::RelationId& relation = visitor.conversation->relation();
  socket.join(relation_room(relation));
  socket.join(seat_room(relation, visitor.user.id));
  visitor.follows = true;
  at_home(relation, [conversation = visitor.conversation, position = visitor.position](Live& live) {
    live.follow(conversation, position);
  });
  socket.emit_text(events::connected, wire::connected(*visitor.conversation));
}

void Admission::install(socketio::Namespace& root) {
  root.use([this](SocketPtr socket, socketio::Namespace::Decision decision) {
    spawn(shard_.executor(), decide(std::move(socket), std::move(decision)), "admission");
  });
  root.on_connection([this](Socket& socket) { greet(socket); });
  root.on_disconnect([this](Socket& socket, std::string_view) {
    Visitor& visitor = Visitor::of(socket);
    connected_in(*services_.counters[shard_.index()], visitor).went();
    visitor.expiry.cancel();
    if (std::exchange(visitor.follows, false)) {
      const chat::RelationId& relation = visitor.conversation->relation();
      at_home(relation, [relation](Live& live) { live.unfollow(relation); });
    }
    if (std::exchange(visitor.present, false)) {
      const chat::UserId& user = visitor.user.id;
      at_home(user, [user, now = wall_now()](Presence& presence) { presence.went(user, now); });
    }
    if (std::exchange(visitor.counted, false)) services_.connections.leave(visitor.user.id);
  });
}

}  // namespace quickclinic::server
