#include "socketio/socket.hpp"

#include "socketio/client.hpp"
#include "socketio/error.hpp"
#include "socketio/namespace.hpp"
#include "socketio/pending_acks.hpp"
#include "socketio/recovery_state.hpp"
#include "socketio/server.hpp"
#include "socketio/shielded.hpp"
#include "socketio/socket_hooks.hpp"

#include <utility>

namespace quickclinic::socketio {

Socket::Socket(std::shared_ptr<Namespace> nsp, Client& client, SocketId id, Handshake handshake)
    : nsp_(std::move(nsp)),
      client_(&client),
      id_(std::move(id)),
      handshake_(std::make_unique<Handshake>(std::move(handshake))) {}

Socket::~Socket() = default;

const Parser& Socket::parser() const { return nsp_->server().parser(); }

// -- listening

SocketHooks& Socket::hooks() {
  if (hooks_ == nullptr) hooks_ = std::make_unique<SocketHooks>(nsp_->server().counters().received);
  return *hooks_;
}

void Socket::on(std::string name, EventHandler handler) {
  hooks().handlers.on(std::move(name), std::move(handler));
}

void Socket::once(std::string name, EventHandler handler) {
  hooks().handlers.once(std::move(name), std::move(handler));
}

void Socket::off(std::string_view name) {
  if (hooks_ != nullptr) hooks_->handlers.off(name);
}

void Socket::on_any(EventHandler handler) { hooks().handlers.on_any(std::move(handler)); }

void Socket::off_any() {
  if (hooks_ != nullptr) hooks_->handlers.off_any();
}

void Socket::on_any_outgoing(OutgoingListener listener) {
  hooks().outgoing.push_back(std::move(listener));
  nsp_->overheard_ = true;
}

void Socket::off_any_outgoing() {
  if (hooks_ != nullptr) hooks_->outgoing.clear();
}

void Socket::use(EventMiddleware middleware) {
  hooks().middleware.push_back(std::move(middleware));
}

void Socket::on_disconnect(DisconnectHandler handler) {
  hooks().disconnect.push_back(std::move(handler));
}

// -- sending

void Socket::emit(std::string_view name, const Arguments& arguments, EmitOptions options) {
  if (!may_send(nsp_->name(), name)) return;
  if (!connected()) {
    if (is_kept()) nsp_->to(id_.text()).emit(name, arguments);
    return;
  }
  if (is_logged(options) && nsp_->server().recovery().shared()) {
    nsp_->to(id_.text()).compress(options.compress).emit(name, arguments);
    return;
  }
  ++nsp_->server().counters().sent;
  EventHead head{.nsp = nsp_->name(), .name = name, .compress = options.compress};
  if (is_logged(options)) {
    const Offset offset = nsp_->server().recovery().next_offset(nsp_->name());
    const std::string text = nsp_->server().recovery().text_of(offset);
    head.offset = text;
    send_logged(parser().event(head, arguments), offset);
  } else {
    send(parser().event(head, arguments), options.delivery);
  }
}

void Socket::emit_text(std::string_view name, std::string_view arguments, EmitOptions options) {
  if (!may_send(nsp_->name(), name)) return;
  if (!connected()) {
    if (is_kept()) nsp_->to(id_.text()).emit_text(name, arguments);
    return;
  }
  if (is_logged(options) && nsp_->server().recovery().shared()) {
    nsp_->to(id_.text()).compress(options.compress).emit_text(name, arguments);
    return;
  }
  ++nsp_->server().counters().sent;
  EventHead head{.nsp = nsp_->name(), .name = name, .compress = options.compress};
  if (is_logged(options)) {
    const Offset offset = nsp_->server().recovery().next_offset(nsp_->name());
    const std::string text = nsp_->server().recovery().text_of(offset);
    head.offset = text;
    send_logged(parser().event_text(head, arguments), offset);
  } else {
    send(parser().event_text(head, arguments), options.delivery);
  }
}

void Socket::emit_with_ack(std::string_view name, const Arguments& arguments,
                           std::chrono::milliseconds timeout, AckHandler handler) {
  if (!connected()) {
    handler(fail(SocketError::disconnected));
    return;
  }
  if (!may_send(nsp_->name(), name)) {
    handler(fail(SocketError::reserved_event));
    return;
  }
  const AckId id = nsp_->server().new_ack_id();
  if (!ask(parser().event({.nsp = nsp_->name(), .name = name, .id = id}, arguments), id, timeout,
           handler, AtDisconnect::fail)) {
    handler(fail(SocketError::too_many_questions));
  }
}

void Socket::send(const Frames& frames, Delivery delivery) {
  if (client_ == nullptr) return;
  ++nsp_->server().counters().deliveries;
  if (hooks_ != nullptr && !hooks_->outgoing.empty()) tell_outgoing(frames);
  if (client_ != nullptr) client_->send(frames, delivery);
}

void Socket::tell_outgoing(const Frames& frames) {
  Result<Packet> packet = parser().read(frames);
  if (!packet || packet->type != PacketType::event) return;
  const Arguments arguments{std::move(packet->payload.as_array()), std::move(packet->attachments)};
  const auto listeners = hooks_->outgoing;  // one of them may change the list
  for (const OutgoingListener& listener : listeners) {
    shielded(nsp_->name(), "outgoing", [&] { listener(*this, packet->event, arguments); });
  }
}

// -- being recovered

RecoveryState& Socket::recovery() {
  if (recovery_ == nullptr) recovery_ = std::make_unique<RecoveryState>();
  return *recovery_;
}

bool Socket::recovered() const noexcept { return recovery_ != nullptr && recovery_->recovered; }

void Socket::renounce_recovery() {
  if (recovery_ == nullptr || recovery_->restored == nullptr) return;
  recovery_ = nullptr;
  data_.reset();
  id_ = new_socket_id();
  nsp_->server().recovery().begin(*this, nullptr, {});
}

// The client is away and may come back, to any shard.
bool Socket::is_kept() const noexcept { return recovery_ != nullptr && recovery_->kept; }

void Socket::cut_off() {
  const SocketPtr self = shared_from_this();
  Client& client = *client_;
  client.leave_all(engineio::to_text(engineio::CloseReason::transport_close));
  client.break_off(engineio::CloseReason::transport_close);
}

bool Socket::has_seen(const Offset& offset) const noexcept {
  return recovery_ != nullptr && offset.shard < recovery_->seen.size() &&
         offset.number < recovery_->seen[offset.shard];
}

bool Socket::is_logged(EmitOptions options) const {
  return recovery_ != nullptr && options.delivery == Delivery::reliable;
}

void Socket::send_logged(Frames frames, const Offset& offset) {
  const auto packet = std::make_shared<const Broadcast>(
      Broadcast{.to = {.nsp = nsp_->name(), .rooms = {id_.text()}, .except = {}},
                .frames = std::move(frames),
                .offset = offset,
                .this_shard = true});
  nsp_->server().recovery().note(packet);
  send(packet->frames, packet->delivery);
}

// -- rooms, others

void Socket::join(std::string_view room) {
  if (connected() && places_.size() < nsp_->server().settings().limits.rooms_per_socket_max)
    nsp_->join(*this, room);
}

void Socket::leave(std::string_view room) {
  if (connected()) nsp_->leave(*this, room);
}

std::vector<std::string> Socket::rooms() const {
  std::vector<std::string> names{id_.text()};
  for (const Rooms::Place& place : places_) names.push_back(place.room->name);
  return names;
}

Broadcaster Socket::to(std::string_view room) const { return broadcast().to(room); }

Broadcaster Socket::except(std::string_view room) const { return broadcast().except(room); }

Broadcaster Socket::broadcast() const { return Broadcaster(*nsp_).except(id_.text()); }

SocketInfo Socket::info() const {
  SocketInfo info{.id = id_, .rooms = rooms(), .data = {}};
  shielded(nsp_->name(), "socket data", [&] { info.data = data_.to_json(); });
  if (handshake_ != nullptr) info.handshake = *handshake_;
  return info;
}

void Socket::disconnect(bool close_client) {
  if (!connected()) return;
  const SocketPtr self = shared_from_this();
  Client& client = *client_;
  if (close_client) {
    client.dismiss();
    return;
  }
  send({parser().disconnect(nsp_->name())}, Delivery::reliable);
  client.leave(*this, "server namespace disconnect");
}

}  // namespace quickclinic::socketio
