#include "socketio/pending_acks.hpp"

#include "socketio/error.hpp"
#include "socketio/namespace.hpp"
#include "socketio/server.hpp"
#include "socketio/shielded.hpp"

#include <utility>

namespace quickclinic::socketio {

void Socket::PendingAcks::Pending::late() {
  const SocketPtr asked = socket.shared_from_this();
  const AckHandler answer = std::move(handler);
  asked->acks_->waiting.erase(id);  // ends this object
  shielded(asked->nsp().name(), "acknowledgement", [&] { answer(fail(SocketError::ack_timeout)); });
}

bool Socket::ask(const Frames& frames, AckId id, std::chrono::milliseconds timeout,
                 AckHandler handler, AtDisconnect at_disconnect) {
  const Server& server = nsp_->server();
  if (acks_ == nullptr) acks_ = std::make_unique<PendingAcks>();
  if (acks_->waiting.size() >= server.settings().limits.pending_acks_max) return false;
  auto pending =
      std::make_unique<PendingAcks::Pending>(*this, id, std::move(handler), at_disconnect);
  server.timers().arm(pending->timer, server.now() + timeout);
  acks_->waiting.emplace(id, std::move(pending));
  send(frames, Delivery::reliable);
  return true;
}

void Socket::receive_ack(AckId id, Arguments arguments) {
  if (acks_ == nullptr) return;
  const auto found = acks_->waiting.find(id);
  if (found == acks_->waiting.end()) return;  // answered before, too late, or never asked
  const AckHandler handler = std::move(found->second->handler);
  acks_->waiting.erase(found);
  shielded(nsp_->name(), "acknowledgement", [&] { handler(std::move(arguments)); });
}

void Socket::drop_acks() {
  if (acks_ == nullptr) return;
  const auto waiting = std::exchange(acks_->waiting, {});
  for (const auto& [id, pending] : waiting) {
    pending->timer.cancel();
    if (pending->at_disconnect == AtDisconnect::forget) continue;
    shielded(nsp_->name(), "acknowledgement",
             [&] { pending->handler(fail(SocketError::disconnected)); });
  }
}

}  // namespace quickclinic::socketio
