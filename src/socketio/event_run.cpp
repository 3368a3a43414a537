#include "socketio/event_run.hpp"

#include "socketio/error.hpp"
#include "socketio/namespace.hpp"
#include "socketio/server.hpp"
#include "socketio/shielded.hpp"
#include "socketio/socket_hooks.hpp"

#include <utility>

namespace quickclinic::socketio {

EventRun::EventRun(SocketPtr socket, Event& event) : socket_(std::move(socket)), event_(&event) {}

EventRun::~EventRun() {
  if (owned_ != nullptr) --socket_->hooks_->undecided;
}

const EventMiddleware* EventRun::next() const {
  const auto& of_namespace = socket_->nsp().event_middleware_;
  if (asked_ < of_namespace.size()) return &of_namespace[asked_];
  const std::size_t own = asked_ - of_namespace.size();
  if (socket_->hooks_ == nullptr || own >= socket_->hooks_->middleware.size()) return nullptr;
  return &socket_->hooks_->middleware[own];
}

void EventRun::go_on() {
  while (const EventMiddleware* middleware = next()) {
    ++asked_;
    ask(EventMiddleware(*middleware));
    if (!decision_) {
      if (owned_ == nullptr) own();
      return;  // `ask`'s decision will call again
    }
    if (!*decision_) {
      refuse(decision_->error());
      return;
    }
  }
  if (socket_->connected()) socket_->nsp().dispatch(*socket_, *event_);
}

void EventRun::ask(const EventMiddleware& middleware) {
  decision_.reset();
  const auto asking = std::make_shared<bool>(true);  // owners: copies of the decision
  const auto decide = [self = shared_from_this(), turn = asked_, asking](Result<> result) {
    if (self->asked_ != turn || self->decision_) return;  // decided before
    self->decision_ = std::move(result);
    if (*asking) return;
    if (*self->decision_) {
      self->go_on();
    } else {
      self->refuse(self->decision_->error());
    }
  };
  if (!shielded(socket_->nsp().name(), "event middleware",
                [&] { middleware(*socket_, *event_, decide); })) {
    decide(std::unexpected(Error(std::make_error_code(std::errc::state_not_recoverable))));
  }
  *asking = false;
}

void EventRun::refuse(const Error& error) { socket_->nsp().refuse(*socket_, *event_, error); }

void EventRun::own() {
  std::size_t& undecided = socket_->hooks().undecided;
  if (undecided >= socket_->nsp().server().settings().limits.undecided_events_max) {
    ++asked_;  // whatever is decided comes too late
    refuse(SocketError::too_many_events);
    return;
  }
  ++undecided;
  // What was parsed lives in the shard's scratch memory until the client's call returns.
  owned_ = std::make_unique<Owned>(Owned{.name = std::string(event_->name),
                                         .arguments = json::Array(event_->arguments, {}),
                                         .attachments = std::move(event_->attachments),
                                         .event = {}});
  owned_->event.emplace(Event{.name = owned_->name,
                              .arguments = owned_->arguments,
                              .attachments = owned_->attachments,
                              .flaw = event_->flaw,
                              .ack = std::move(event_->ack)});
  event_ = &*owned_->event;
}

}  // namespace quickclinic::socketio
