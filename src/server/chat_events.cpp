#include "server/chat_events.hpp"

#include "chat/text.hpp"
#include "server/audit_trail.hpp"
#include "server/events.hpp"
#include "server/live.hpp"
#include "server/payload.hpp"
#include "server/rooms.hpp"
#include "server/tracing/tracer.hpp"
#include "server/visitor.hpp"
#include "server/watched_people.hpp"
#include "server/wire_format.hpp"

#include <functional>
#include <utility>

namespace quickclinic::server {

using chat::AuditAction;
using socketio::Event;
using socketio::Socket;
using socketio::SocketPtr;

/// A send on its way: from the sender's shard to the relation's home and back.
struct ChatEvents::Send {
  transport::Shard& from;
  transport::Shard& home;
  Services& services;
  Answer answer;  // to the socket, unless somebody else is to hear
  Sent sent;
  chat::ConversationPtr conversation;  // as its sender sees it
  chat::Draft draft;
  std::string address;
  std::string named = {};  // the payload of `new_message`, when it is stored, as its sender is told
  TimePoint began = Clock::now();
  std::unique_ptr<Span> span = {};  // null: not traced
  Span::Time asked_at = {};         // the store, when it is traced
};

struct ChatEvents::Load {
  Answer answer;
  chat::ConversationPtr conversation;
  chat::PageRequest page;
  chat::SliceRequest slice;
  std::string address;
};

struct ChatEvents::Mark {
  Answer answer;
  chat::RelationId relation;
  chat::UserId reader;
  chat::UserId other;
  chat::MessageId message;
  std::string address;
};

namespace {

// Only a chat connection has a conversation to speak in.
Result<chat::ConversationPtr> conversation_of(Socket& socket) {
  const Visitor& visitor = Visitor::of(socket);
  if (visitor.conversation == nullptr) return fail(ServerError::unauthorized);
  return visitor.conversation;
}

// Each asks the database.
bool asks_too_often(Socket& socket, TimePoint now) {
  return Visitor::of(socket).limits->requests.take(now).has_value();
}

// The messages are ascending.
std::string_view newest_of(const std::vector<chat::Message>& messages) {
  return messages.empty() ? std::string_view() : messages.back().id.text();
}

}  // namespace

void ChatEvents::install(socketio::Namespace& root) {
  using Handler = Result<> (ChatEvents::*)(Socket&, Event&, const Answer&);
  const auto handle = [this, &root](std::string_view name, Asked asked,
                                    std::optional<AuditAction> action, Handler handler) {
    root.on(std::string(name), [this, asked, action, handler](Socket& socket, Event& event) {
      const Answer answer{socket.weak_from_this(), event.ack, std::string(event.name), asked,
                          services_.counters[shard_.index()]};
      const Result<> begun = (this->*handler)(socket, event, answer);
      if (begun) return;
      // Whoever floods must not fill the audit record, too.
      const bool flood = begun.error().condition() == Condition::rate_limited;
      if (action && !flood) {
        record(services_, Visitor::of(socket), *action, {}, audit_result(begun));
      }
      answer.fail(begun.error());
    });
  };
  handle(events::send_message, Asked::send, AuditAction::send, &ChatEvents::send_message);
  handle(events::get_initial_messages, Asked::load, AuditAction::read_history,
         &ChatEvents::get_initial_messages);
  handle(events::get_messages, Asked::load, AuditAction::read_history, &ChatEvents::get_messages);
  handle(events::mark_as_read, Asked::mark, AuditAction::read_receipt, &ChatEvents::mark_as_read);
  handle(events::user_typing, Asked::mark, std::nullopt, &ChatEvents::user_typing);
}

// -- send_message
// -------------------------------------------------------------------------------------------------

Result<> ChatEvents::send_message(Socket& socket, Event& event, const Answer& answer) {
  const auto conversation = conversation_of(socket);
  if (!conversation) return std::unexpected(conversation.error());
  if (event.flaw == socketio::Flaw::oversized) return fail(chat::TextError::too_long);
  const auto fields = read_payload(event, Payload::required);
  if (!fields) return std::unexpected(fields.error());
  const auto text = fields->required_text("text");
  if (!text) return std::unexpected(text.error());
  const auto client_id = fields->text("clientMessageId");
  if (!client_id) return std::unexpected(client_id.error());
  auto draft = chat::draft(**conversation, *text, *client_id, services_.settings.max_message_chars);
  if (!draft) return std::unexpected(draft.error());
  Visitor& visitor = Visitor::of(socket);
  const bool too_many = visitor.sends_under_way >= sends_under_way_max ||
                        visitor.limits->messages.take(shard_.now()) ||
                        visitor.messages_limit->take(shard_.now());
  if (too_many) return fail(ServerError::rate_limited);
  if (services_.draining) return fail(ServerError::failed_to_send);

  ++visitor.sends_under_way;
  begin(std::make_unique<Send>(Send{.from = shard_,
                                    .home = Live::home_of(shard_, (*conversation)->relation()),
                                    .services = services_,
                                    .answer = answer,
                                    .sent = {},
                                    .conversation = *conversation,
                                    .draft = std::move(*draft),
                                    .address = visitor.address}));
  return {};
}

void ChatEvents::send(chat::ConversationPtr conversation, chat::Draft draft, std::string address,
                      Sent sent, const std::optional<TraceContext>& parent) {
  transport::Shard& home = Live::home_of(shard_, conversation->relation());
  begin(std::make_unique<Send>(Send{.from = shard_,
                                    .home = home,
                                    .services = services_,
                                    .answer = {},
                                    .sent = std::move(sent),
                                    .conversation = std::move(conversation),
                                    .draft = std::move(draft),
                                    .address = std::move(address)}),
        parent);
}

void ChatEvents::begin(std::unique_ptr<Send> send, const std::optional<TraceContext>& parent) {
  ++services_.sends_under_way;
  if (services_.tracer != nullptr)
    send->span = services_.tracer->begin(events::send_message, Span::Kind::server, parent);
  if (&send->home == &shard_) {
    store(std::move(send));
  } else {
    send->home.post([send = std::move(send)]() mutable { store(std::move(send)); });
  }
}

void ChatEvents::store(std::unique_ptr<Send> send) {
  transport::Shard& home = send->home;
  chat::MessageStore& messages = send->services.messages;
  chat::NewMessage message{send->draft.id, send->conversation->relation(),
                           send->conversation->self().id, std::move(send->draft.text),
                           send->address};
  if (send->span) send->asked_at = Span::now();
  messages.append(std::move(message), home.executor(),
                  [send = std::move(send)](Result<chat::Appended> appended) mutable {
                    transport::Shard& here = send->home;
                    here.shield("send_message",
                                [&] { show(std::move(send), std::move(appended)); });
                  });
}

void ChatEvents::show(std::unique_ptr<Send> send, Result<chat::Appended> appended) {
  const Span::Time stored_at = send->span ? Span::now() : Span::Time();
  if (send->span)
    send->services.tracer->child(*send->span, "store", send->asked_at, stored_at, !appended);
  if (appended) {
    const chat::Member& author = send->conversation->author(appended->message.sender);
    Live::Shown shown{std::move(appended->message), send->conversation, {}, {}};
    shown.told = wire::new_message(shown.message, author);
    if (send->draft.client_id) {
      shown.named = wire::with_client_id(shown.told, *send->draft.client_id);
    }
    send->services.live[send->home.index()]->stored(
        shown, appended->stored ? std::optional(appended->previous) : std::nullopt);
    appended->message = std::move(shown.message);
    send->named = std::move(shown.named.empty() ? shown.told : shown.named);
    send->services.counters[send->home.index()]->delivery_seconds.observe(Clock::now() -
                                                                          send->began);
    if (send->span) send->services.tracer->child(*send->span, "deliver", stored_at, Span::now());
  }
  if (&send->home == &send->from) {
    settle(*send, appended);
  } else {
    transport::Shard& from = send->from;
    from.post(
        [send = std::move(send), appended = std::move(appended)] { settle(*send, appended); });
  }
}

void ChatEvents::settle(Send& send, const Result<chat::Appended>& appended) {
  --send.services.sends_under_way;
  ChatCounters& counters = *send.services.counters[send.from.index()];
  ++(!appended          ? counters.messages_failed
     : appended->stored ? counters.messages_stored
                        : counters.messages_repeated);
  const SocketPtr socket = send.answer.socket.lock();
  if (socket != nullptr) --Visitor::of(*socket).sends_under_way;
  if (send.span) {
    send.span->failed = !appended;
    send.services.tracer->end(std::move(send.span));
  }
  if (!appended) {
    // What was stored, the store has recorded.
    send.services.audit.record({.action = AuditAction::send,
                                .actor = send.conversation->self().id,
                                .relation = send.conversation->relation(),
                                .subject = send.draft.id.text(),
                                .address = send.address,
                                .result = audit_result(appended)});
  }
  if (send.sent) {
    send.sent(appended);
  } else if (!appended) {
    send.answer.fail(appended.error());
  } else {
    send.answer.succeed(wire::fields(send.named));
  }
}

// -- history
// ------------------------------------------------------------------------------------------------------

Result<> ChatEvents::get_initial_messages(Socket& socket, Event& event, const Answer& answer) {
  const auto conversation = conversation_of(socket);
  if (!conversation) return std::unexpected(conversation.error());
  const auto fields = read_payload(event, Payload::optional);
  if (!fields) return std::unexpected(fields.error());
  const auto request = read_page_request(*fields);
  if (!request) return std::unexpected(request.error());
  if (asks_too_often(socket, shard_.now())) return fail(ServerError::rate_limited);
  auto load = std::make_shared<Load>(
      Load{answer, *conversation, *request, {}, Visitor::of(socket).address});
  spawn(shard_.executor(), load_page(std::move(load)), "get_initial_messages");
  return {};
}

void ChatEvents::record_load(const Load& load, std::string_view newest, std::string result) {
  services_.audit.record({.action = AuditAction::read_history,
                          .actor = load.conversation->self().id,
                          .relation = load.conversation->relation(),
                          .subject = std::string(newest),
                          .address = load.address,
                          .result = std::move(result)});
}

Task<> ChatEvents::load_page(std::shared_ptr<Load> load) {
  const chat::RelationId relation = load->conversation->relation();
  Result<chat::MessagePage> page = co_await services_.messages.page(relation, load->page);
  record_load(*load, page ? newest_of(page->messages) : "", audit_result(page));
  if (!page) {
    load->answer.fail(page.error());
    co_return Result<>();
  }
  const std::string fields = wire::initial_messages(*page, load->page, *load->conversation);
  if (const SocketPtr socket = load->answer.socket.lock()) {
    socket->emit_text(events::initial_messages, "{" + fields + "}");
  }
  load->answer.succeed(fields);
  co_return Result<>();
}

Result<> ChatEvents::get_messages(Socket& socket, Event& event, const Answer& answer) {
  const auto conversation = conversation_of(socket);
  if (!conversation) return std::unexpected(conversation.error());
  const auto fields = read_payload(event, Payload::optional);
  if (!fields) return std::unexpected(fields.error());
  auto request = read_slice_request(*fields);
  if (!request) return std::unexpected(request.error());
  if (asks_too_often(socket, shard_.now())) return fail(ServerError::rate_limited);
  auto load = std::make_shared<Load>(
      Load{answer, *conversation, {}, std::move(*request), Visitor::of(socket).address});
  spawn(shard_.executor(), load_slice(std::move(load)), "get_messages");
  return {};
}

Task<> ChatEvents::load_slice(std::shared_ptr<Load> load) {
  Result<chat::MessageSlice> slice =
      co_await services_.messages.slice(load->conversation->relation(), load->slice);
  record_load(*load, slice ? newest_of(slice->messages) : "", audit_result(slice));
  if (!slice) {
    load->answer.fail(slice.error());
    co_return Result<>();
  }
  load->answer.succeed("\"messages\":" + wire::messages(slice->messages, *load->conversation) +
                       (slice->has_more ? ",\"hasMore\":true" : ",\"hasMore\":false"));
  co_return Result<>();
}

// -- reading and typing
// -------------------------------------------------------------------------------------------

Result<> ChatEvents::mark_as_read(Socket& socket, Event& event, const Answer& answer) {
  const auto conversation = conversation_of(socket);
  if (!conversation) return std::unexpected(conversation.error());
  const auto fields = read_payload(event, Payload::required);
  if (!fields) return std::unexpected(fields.error());
  const auto message = fields->required_text("messageId");
  if (!message) return std::unexpected(message.error());
  if (asks_too_often(socket, shard_.now())) return fail(ServerError::rate_limited);
  auto mark = std::make_shared<Mark>(Mark{answer, (*conversation)->relation(),
                                          (*conversation)->self().id, (*conversation)->other().id,
                                          chat::MessageId(*message), Visitor::of(socket).address});
  spawn(shard_.executor(), store_mark(std::move(mark)), "mark_as_read");
  return {};
}

Task<> ChatEvents::store_mark(std::shared_ptr<Mark> mark) {
  Result<chat::Marked> marked =
      co_await services_.messages.mark_read(mark->relation, mark->reader, mark->message);
  if (!marked || marked->advanced) {
    services_.audit.record({.action = AuditAction::read_receipt,
                            .actor = mark->reader,
                            .relation = mark->relation,
                            .subject = mark->message.text(),
                            .address = mark->address,
                            .result = audit_result(marked)});
  }
  if (!marked) {
    mark->answer.fail(marked.error());
    co_return Result<>();
  }
  if (marked->advanced) {
    auto others = shard_.io().of("/").to(relation_room(mark->relation));
    if (const SocketPtr socket = mark->answer.socket.lock())
      others = std::move(others).except(socket->id().text());
    std::move(others).emit_text(events::message_read, wire::message_read(marked->mark));
    for (const chat::UserId& person : {mark->reader, mark->other}) {
      if (!services_.watched[shard_.index()]->wanted(shard_, person)) continue;
      shard_.io()
          .of("/")
          .to(conversations_room(person))
          .emit_text(events::conversation_read,
                     wire::conversation_read(mark->relation, marked->mark));
    }
  }
  const std::string shown = wire::message_read(marked->mark);
  mark->answer.succeed(std::string_view(shown).substr(1, shown.size() - 2));
  co_return Result<>();
}

Result<> ChatEvents::user_typing(Socket& socket, Event&, const Answer& answer) {
  const auto conversation = conversation_of(socket);
  if (!conversation) return std::unexpected(conversation.error());
  if (Visitor::of(socket).limits->typing.take(shard_.now())) {
    // Typing too fast is nobody's fault; only who asks is told.
    if (answer.ack.wanted()) return fail(ServerError::rate_limited);
    return {};
  }
  socket.to(relation_room((*conversation)->relation()))
      .if_writable()
      .emit_text(events::user_typing, wire::user_typing((*conversation)->self()));
  answer.succeed({});
  return {};
}

}  // namespace quickclinic::server
