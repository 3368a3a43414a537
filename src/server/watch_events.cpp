#include "server/watch_events.hpp"

#include "chat/conversation.hpp"
#include "server/audit_trail.hpp"
#include "server/events.hpp"
#include "server/live.hpp"
#include "server/payload.hpp"
#include "server/presence.hpp"
#include "server/rooms.hpp"
#include "server/visitor.hpp"
#include "server/watched_people.hpp"
#include "server/wire_format.hpp"

#include <functional>
#include <string>
#include <utility>

namespace quickclinic::server {

using socketio::Event;
using socketio::Socket;
using socketio::SocketPtr;

struct WatchEvents::Delivery {
  Answer answer;
  chat::RelationId relation;
  chat::UserId receiver;
  chat::MessageId message;
};

struct WatchEvents::Watch {
  transport::Shard& from;
  Answer answer;
  chat::UserId person;        // who is watched: the other one, or the watcher's own conversations
  chat::RelationId relation;  // of `watch_conversation`
  std::vector<chat::Mark> delivered = {};
};

namespace {

Watching& watching_of(Socket& socket) {
  Visitor& visitor = Visitor::of(socket);
  if (!visitor.watching) visitor.watching = std::make_unique<Watching>();
  return *visitor.watching;
}

// As with typing, only who asks is told.
Result<> too_fast(const Answer& answer) {
  if (answer.ack.wanted()) return fail(ServerError::rate_limited);
  return {};
}

// Runs `work`, a `void(transport::Shard&)`, on every shard, and then `done` here.
template <class Work>
void on_every_shard(transport::Shard& here, const Work& work, std::function<void()> done) {
  // Owners: the answers that are still to come.
  auto left = std::make_shared<unsigned>(here.count());
  auto answered = [left, done = std::move(done)] {
    if (--*left == 0) done();
  };
  for (unsigned i = 0; i < here.count(); ++i) {
    transport::Shard& each = here.sibling(i);
    each.post([&here, &each, work, answered] {
      work(each);
      here.post(answered);
    });
  }
}

}  // namespace

void WatchEvents::install(socketio::Namespace& root) {
  using Handler = Result<> (WatchEvents::*)(Socket&, Event&, const Answer&);
  const auto handle = [this, &root](std::string_view name, Handler handler) {
    root.on(std::string(name), [this, handler](Socket& socket, Event& event) {
      const Answer answer{socket.weak_from_this(), event.ack, std::string(event.name), Asked::mark,
                          services_.counters[shard_.index()]};
      const Result<> begun = (this->*handler)(socket, event, answer);
      if (!begun) answer.fail(begun.error());
    });
  };
  handle(events::mark_as_delivered, &WatchEvents::mark_as_delivered);
  handle(events::watch_conversation, &WatchEvents::watch_conversation);
  handle(events::watch_conversations, &WatchEvents::watch_conversations);
  root.on_disconnect([this](Socket& socket, std::string_view) { gone(socket); });
}

// -- mark_as_delivered
// -------------------------------------------------------------------------------------------------

Result<> WatchEvents::mark_as_delivered(Socket& socket, Event& event, const Answer& answer) {
  Visitor& visitor = Visitor::of(socket);
  if (!watching_of(socket).marks.take(shard_.now())) return too_fast(answer);
  const auto fields = read_payload(event, Payload::required);
  if (!fields) return std::unexpected(fields.error());
  const auto message = fields->required_text("messageId");
  if (!message) return std::unexpected(message.error());
  auto delivery =
      std::make_shared<Delivery>(Delivery{answer, {}, visitor.user.id, chat::MessageId(*message)});
  if (visitor.conversation) {
    delivery->relation = visitor.conversation->relation();
    spawn(shard_.executor(), store(std::move(delivery)), "mark_as_delivered");
    return {};
  }
  const auto relation = fields->required_text("relationId");
  if (!relation) return std::unexpected(relation.error());
  delivery->relation = chat::RelationId(*relation);
  spawn(shard_.executor(), check_and_store(std::move(delivery)), "mark_as_delivered");
  return {};
}

// Whose relation it is, and whether there is one, is nobody else's business.
Task<> WatchEvents::check_and_store(std::shared_ptr<Delivery> delivery) {
  const Result<chat::Membership> membership =
      co_await services_.directory.find_membership(delivery->relation);
  if (membership ? !membership->relation.has_member(delivery->receiver)
                 : membership.error().condition() == Condition::not_found) {
    delivery->answer.fail(ServerError::unauthorized);
    co_return Result<>();
  }
  if (!membership) {
    delivery->answer.fail(membership.error());
    co_return Result<>();
  }
  Result<> stored = co_await store(std::move(delivery));
  co_return stored;
}

Task<> WatchEvents::store(std::shared_ptr<Delivery> delivery) {
  const Result<chat::Marked> marked = co_await services_.messages.mark_delivered(
      delivery->relation, delivery->receiver, delivery->message);
  if (!marked) {
    delivery->answer.fail(marked.error());
    co_return Result<>();
  }
  const std::string shown = wire::message_delivered(marked->mark);
  if (marked->advanced) {
    auto others = shard_.io().of("/").to(watch_room(delivery->relation));
    if (const SocketPtr socket = delivery->answer.socket.lock())
      others = std::move(others).except(socket->id().text());
    std::move(others).emit_text(events::message_delivered, shown);
  }
  delivery->answer.succeed(std::string_view(shown).substr(1, shown.size() - 2));
  co_return Result<>();
}

// -- watch_conversation
// ------------------------------------------------------------------------------------------------

Result<> WatchEvents::watch_conversation(Socket& socket, Event& event, const Answer& answer) {
  const Visitor& visitor = Visitor::of(socket);
  if (!visitor.conversation) return fail(ServerError::unauthorized);
  Watching& watching = watching_of(socket);
  if (!watching.watches.take(shard_.now())) return too_fast(answer);
  const auto fields = read_payload(event, Payload::optional);
  if (!fields) return std::unexpected(fields.error());
  const chat::RelationId& relation = visitor.conversation->relation();
  const chat::UserId& other = visitor.conversation->other().id;
  // First in the rooms, then asked how things are: what changes in between is heard.
  socket.join(watch_room(relation));
  socket.join(presence_room(other));
  if (!std::exchange(watching.presence, true)) {
    transport::Shard& home = Presence::home_of(shard_, other);
    home.post([&presence = *services_.presence[home.index()], other] { presence.watch(other); });
  }
  auto watch = std::make_shared<Watch>(Watch{shard_, answer, other, relation});
  spawn(shard_.executor(), tell_state(std::move(watch)), "watch_conversation");
  return {};
}

Task<> WatchEvents::tell_state(std::shared_ptr<Watch> watch) {
  Result<std::vector<chat::Mark>> delivered =
      co_await services_.messages.delivered(watch->relation);
  if (!delivered) {
    watch->answer.fail(delivered.error());
    co_return Result<>();
  }
  watch->delivered = std::move(*delivered);
  transport::Shard& home = Presence::home_of(shard_, watch->person);
  home.post([&services = services_, &home, watch = std::move(watch)]() mutable {
    spawn(home.executor(), tell_presence(services, home, std::move(watch)), "watch_conversation");
  });
  co_return Result<>();
}

// On the home of the person who is watched: the answer goes before whatever is told from there
// next.
Task<> WatchEvents::tell_presence(Services& services, transport::Shard& home,
                                  std::shared_ptr<Watch> watch) {
  const Result<PresenceState> state = co_await services.presence[home.index()]->look(watch->person);
  if (!state) co_return std::unexpected(state.error());
  watch->from.post([watch, fields = wire::watching(watch->delivered, watch->person, *state)] {
    watch->answer.succeed(fields);
  });
  co_return Result<>();
}

// -- watch_conversations
// -----------------------------------------------------------------------------------------------

Result<> WatchEvents::watch_conversations(Socket& socket, Event& event, const Answer& answer) {
  const Visitor& visitor = Visitor::of(socket);
  if (visitor.conversation) return fail(ServerError::unauthorized);
  Watching& watching = watching_of(socket);
  if (!watching.watches.take(shard_.now())) return too_fast(answer);
  const auto fields = read_payload(event, Payload::optional);
  if (!fields) return std::unexpected(fields.error());
  const chat::UserId& person = visitor.user.id;
  socket.join(conversations_room(person));
  auto watch = std::make_shared<Watch>(Watch{shard_, answer, person, {}});
  const bool first = !std::exchange(watching.conversations, true);
  on_every_shard(
      shard_,
      [&services = services_, person, first](transport::Shard& each) {
        if (first) services.watched[each.index()]->add(person);
      },
      [this, watch = std::move(watch)] {
        spawn(shard_.executor(), follow_all(watch), "watch_conversations");
      });
  return {};
}

// What other programs write is looked for in conversations that somebody follows.
Task<> WatchEvents::follow_all(std::shared_ptr<Watch> watch) {
  const Result<std::vector<chat::RelationSummary>> summaries =
      co_await services_.overview.relations_of(watch->person, std::nullopt);
  if (!summaries) {
    watch->answer.fail(summaries.error());
    co_return Result<>();
  }
  const SocketPtr socket = watch->answer.socket.lock();
  if (socket == nullptr || !socket->connected()) co_return Result<>();
  record(services_, Visitor::of(*socket), chat::AuditAction::watch, {}, "ok");
  follow(*Visitor::of(*socket).watching, watch->person, *summaries);
  // When every shard has come behind that, nothing is missed any more.
  on_every_shard(shard_, [](transport::Shard&) {}, [watch] { watch->answer.succeed({}); });
  co_return Result<>();
}

void WatchEvents::follow(Watching& watching, const chat::UserId& person,
                         const std::vector<chat::RelationSummary>& summaries) {
  for (const chat::RelationSummary& each : summaries) {
    chat::Membership membership;
    membership.relation = each.relation;
    membership.doctor.name = each.doctor_name;
    membership.patient.name = each.patient_name;
    Result<chat::Conversation> opened = chat::Conversation::open(membership, person);
    if (!opened || !watching.followed.insert(each.relation.id).second) continue;
    const WallTime position = each.last ? each.last->created_at : WallTime();
    transport::Shard& home = Live::home_of(shard_, each.relation.id);
    auto conversation = std::make_shared<const chat::Conversation>(std::move(*opened));
    home.post([&live = *services_.live[home.index()], conversation, position] {
      live.follow(conversation, position);
    });
  }
}

void WatchEvents::gone(Socket& socket) {
  const Visitor& visitor = Visitor::of(socket);
  if (!visitor.watching) return;
  Watching& watching = *visitor.watching;
  if (std::exchange(watching.presence, false)) {
    const chat::UserId& other = visitor.conversation->other().id;
    transport::Shard& home = Presence::home_of(shard_, other);
    home.post([&presence = *services_.presence[home.index()], other] { presence.unwatch(other); });
  }
  if (std::exchange(watching.conversations, false)) {
    for (unsigned i = 0; i < shard_.count(); ++i) {
      shard_.sibling(i).post(
          [&watched = *services_.watched[i], person = visitor.user.id] { watched.remove(person); });
    }
  }
  for (const chat::RelationId& relation : watching.followed) {
    transport::Shard& home = Live::home_of(shard_, relation);
    home.post([&live = *services_.live[home.index()], relation] { live.unfollow(relation); });
  }
  watching.followed.clear();
}

}  // namespace quickclinic::server
