#include "socketio/socket.hpp"

#include "socketio/client.hpp"
#include "socketio/error.hpp"
#include "socketio/namespace.hpp"
#include "socketio/server.hpp"

#include <utility>

namespace quickclinic::socketio {

/// Answers that this socket's client owes. Ids count up from 0, as the client needs no more than
/// that.
struct Socket::PendingAcks {
  struct Pending {
    Pending(Socket& owner, AckId number, AckHandler on_answer)
        : socket(owner), id(number), handler(std::move(on_answer)) {}
    Socket& socket;
    AckId id;
    AckHandler handler;
    Timer timer{[](void* self, TimePoint) {
                  auto& late = *static_cast<Pending*>(self);
                  const AckHandler answer = std::move(late.handler);
                  late.socket.acks_->waiting.erase(late.id);  // ends `late`
                  answer(std::unexpected(Error(std::make_error_code(std::errc::timed_out))));
                },
                this};
  };
  AckId next = 0;
  std::map<AckId, std::unique_ptr<Pending>> waiting;
};

Socket::Socket(Namespace& nsp, Client& client, SocketId id, Handshake handshake)
    : nsp_(nsp),
      client_(&client),
      id_(std::move(id)),
      handshake_(std::make_unique<Handshake>(std::move(handshake))) {}

Socket::~Socket() = default;

void Socket::send(const Frames& frames, Delivery delivery) {
  if (state_ == State::connected) client_->send(frames, delivery);
}

void Socket::emit(std::string_view name, const Arguments& arguments, Delivery delivery) {
  if (connected()) send(parser().event({nsp_.name(), name}, arguments), delivery);
}

void Socket::emit_text(std::string_view name, std::string_view arguments, Delivery delivery) {
  if (connected()) send(parser().event_text({nsp_.name(), name}, arguments), delivery);
}

void Socket::emit_with_ack(std::string_view name, const Arguments& arguments,
                           std::chrono::milliseconds timeout, AckHandler handler) {
  const std::size_t waiting = acks_ == nullptr ? 0 : acks_->waiting.size();
  if (!connected() || waiting >= nsp_.server().settings().limits.pending_acks_max) {
    handler(fail(SocketError::disconnected));
    return;
  }
  if (acks_ == nullptr) acks_ = std::make_unique<PendingAcks>();
  const AckId id = acks_->next++;
  auto pending = std::make_unique<PendingAcks::Pending>(*this, id, std::move(handler));
  nsp_.server().timers().arm(pending->timer, nsp_.server().now() + timeout);
  acks_->waiting.emplace(id, std::move(pending));
  send(parser().event({nsp_.name(), name, id}, arguments), Delivery::reliable);
}

void Socket::receive_ack(AckId id, Arguments arguments) {
  if (acks_ == nullptr) return;
  const auto found = acks_->waiting.find(id);
  if (found == acks_->waiting.end()) return;  // answered before, too late, or never asked
  const AckHandler handler = std::move(found->second->handler);
  acks_->waiting.erase(found);
  handler(std::move(arguments));
}

void Socket::drop_acks() {
  if (acks_ == nullptr) return;
  const auto waiting = std::exchange(acks_->waiting, {});
  for (const auto& [id, pending] : waiting) {
    pending->timer.cancel();
    pending->handler(fail(SocketError::disconnected));
  }
}

const Parser& Socket::parser() const { return nsp_.server().parser(); }

void Socket::join(std::string_view room) {
  if (connected() && places_.size() < nsp_.server().settings().limits.rooms_per_socket_max)
    nsp_.join(*this, room);
}

void Socket::leave(std::string_view room) {
  if (connected()) nsp_.leave(*this, room);
}

std::vector<std::string> Socket::rooms() const {
  std::vector<std::string> names{id_.text()};
  for (const Rooms::Place& place : places_) names.push_back(place.room->name);
  return names;
}

Broadcaster Socket::to(std::string_view room) const { return broadcast().to(room); }

Broadcaster Socket::broadcast() const { return Broadcaster(nsp_).except(id_.text()); }

void Socket::disconnect(bool close_client) {
  if (!connected()) return;
  const SocketPtr self = shared_from_this();
  Client& client = *client_;
  if (close_client) {
    client.leave_all("server namespace disconnect");
    client.break_off(engineio::CloseReason::forced_close);
    return;
  }
  send({parser().disconnect(nsp_.name())}, Delivery::reliable);
  client.leave(*this, "server namespace disconnect");
}

}  // namespace quickclinic::socketio
