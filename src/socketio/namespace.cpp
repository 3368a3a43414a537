#include "socketio/namespace.hpp"

#include "socketio/client.hpp"
#include "socketio/error.hpp"
#include "socketio/event_run.hpp"
#include "socketio/recovery_state.hpp"
#include "socketio/server.hpp"
#include "socketio/shielded.hpp"
#include "socketio/socket_hooks.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace quickclinic::socketio {

Namespace::Namespace(Server& server, std::string name, ParentNamespace* parent)
    : server_(server),
      name_(std::move(name)),
      parent_(parent),
      handlers_(server.counters().received),
      error_policy_(answer_error) {}

// -- what to do

void Namespace::use(Middleware middleware) { middleware_.push_back(std::move(middleware)); }

void Namespace::use_for_events(EventMiddleware middleware) {
  event_middleware_.push_back(std::move(middleware));
}

void Namespace::on_connection(ConnectionHandler handler) {
  connection_handlers_.push_back(std::move(handler));
}

void Namespace::on_disconnect(DisconnectHandler handler) {
  disconnect_handlers_.push_back(std::move(handler));
}

void Namespace::on(std::string name, EventHandler handler) {
  handlers_.on(std::move(name), std::move(handler));
}

void Namespace::on_any(EventHandler handler) { handlers_.on_any(std::move(handler)); }

void Namespace::on_unhandled(EventHandler handler) { unhandled_ = std::move(handler); }

void Namespace::on_error(ErrorPolicy policy) { error_policy_ = std::move(policy); }

void Namespace::on_server_event(std::string name, ServerEventHandler handler) {
  server_events_[std::move(name)] = std::move(handler);
}

// -- who is there

Socket* Namespace::find(const SocketId& id) const {
  const auto found = sockets_.find(id.text());
  return found == sockets_.end() ? nullptr : found->second;
}

void Namespace::for_each(const std::function<void(Socket&)>& visit) {
  for (const SocketPtr& socket : select({})) {
    if (socket->connected()) visit(*socket);
  }
}

std::vector<SocketPtr> Namespace::in(std::string_view room) const {
  return select({.nsp = {}, .rooms = {std::string(room)}, .except = {}});
}

std::vector<SocketPtr> Namespace::select(const Selection& who) const {
  std::vector<SocketPtr> selected;
  const Rooms::Except excepted(rooms_, who.except);
  const auto add = [&](Socket& socket) {
    // One that is just going is in its rooms until its handlers have run.
    if (socket.connected() && !excepted.holds(socket))
      selected.push_back(socket.shared_from_this());
  };
  if (who.rooms.empty()) {
    selected.reserve(sockets_.size());
    for (const auto& [id, socket] : sockets_) add(*socket);
  } else {
    for (Socket* socket : find_all(who.rooms)) add(*socket);
  }
  return selected;
}

std::vector<std::string> Namespace::room_names() const {
  std::vector<std::string> names = rooms_.names();
  for (const auto& [id, socket] : sockets_) names.push_back(id);
  return names;
}

// The sockets in any of `rooms`, each once.
std::vector<Socket*> Namespace::find_all(const std::vector<std::string>& rooms) const {
  std::vector<Socket*> found;
  for (const std::string& room : rooms) {
    if (const Rooms::Room* named = rooms_.find(room)) {
      found.insert(found.end(), named->members.begin(), named->members.end());
    }
    if (const auto own = sockets_.find(room); own != sockets_.end()) found.push_back(own->second);
  }
  if (rooms.size() > 1) {
    std::ranges::sort(found);
    const auto repeated = std::ranges::unique(found);
    found.erase(repeated.begin(), repeated.end());
  }
  return found;
}

// -- joining and leaving

void Namespace::admit(const SocketPtr& socket, Decision decided) {
  ++joining_;
  const bool known = socket->recovery_ != nullptr && socket->recovery_->restored != nullptr;
  if (known && server_.settings().recovery.skip_middleware) {
    decided(std::nullopt);
  } else {
    ask_middleware(socket, 0, std::move(decided));
  }
}

void Namespace::ask_middleware(const SocketPtr& socket, std::size_t index, Decision decided) {
  if (index == middleware_.size()) {
    if (removed_) {
      decided(ConnectRefusal{"Invalid namespace", {}});
    } else {
      decided(std::nullopt);
    }
    return;
  }
  const auto asked =
      std::make_shared<bool>(false);  // owners: copies of the decision that the middleware holds
  const Decision decide = [this, socket, index, decided = std::move(decided),
                           asked](std::optional<ConnectRefusal> refusal) {
    if (std::exchange(*asked, true)) return;
    if (refusal) {
      decided(std::move(refusal));
    } else {
      ask_middleware(socket, index + 1, decided);
    }
  };
  if (!shielded(name_, "middleware", [&] { middleware_[index](socket, decide); })) {
    decide(ConnectRefusal{"Internal error", {}});
  }
}

void Namespace::connected(Socket& socket) {
  --joining_;
  sockets_.emplace(socket.id().text(), &socket);
  occupy(socket.id().text(), true);
  if (socket.recovery_ != nullptr) server_.recovery().joined(socket);
  for (const ConnectionHandler& handler : connection_handlers_) {
    if (!socket.connected()) break;  // a handler before has thrown it out
    // A socket that is only half set up is nobody's.
    if (!shielded(name_, "connection", [&] { handler(socket); })) socket.disconnect();
  }
}

void Namespace::abandoned() {
  --joining_;
  clean_up();
}

void Namespace::gone(Socket& socket, std::string_view reason) {
  // Whatever is thrown below, no room keeps a socket that is about to be destroyed.
  struct Leaving {
    Rooms& rooms;
    Socket& socket;
    ~Leaving() { rooms.leave_all(socket); }
  } const leaving{rooms_, socket};
  sockets_.erase(socket.id().text());
  occupy(socket.id().text(), false);
  for (const DisconnectHandler& handler : disconnect_handlers_) {
    shielded(name_, "disconnect", [&] { handler(socket, reason); });
  }
  if (socket.hooks_ != nullptr) {
    const auto handlers = socket.hooks_->disconnect;
    for (const Socket::DisconnectHandler& handler : handlers) {
      shielded(name_, "disconnect", [&] { handler(socket, reason); });
    }
  }
  if (socket.recovery_ != nullptr) server_.recovery().gone(socket, reason);
  for (const std::string& room : rooms_.leave_all(socket)) occupy(room, false);
  clean_up();
}

void Namespace::clean_up() {
  if (parent_ == nullptr || !server_.settings().cleanup_empty_child_namespaces) return;
  if (sockets_.empty() && joining_ == 0) server_.remove(*this);  // the socket keeps us for now
}

void Namespace::join(Socket& socket, std::string_view room) {
  if (room == socket.id().text()) return;  // it is there anyway
  bool first = false;
  rooms_.join(socket, room, first);
  if (first) occupy(room, true);
}

void Namespace::leave(Socket& socket, std::string_view room) {
  const std::string name(room);  // `room` may be the name that is about to go
  bool last = false;
  rooms_.leave(socket, name, last);
  if (last) occupy(name, false);
}

void Namespace::occupy(std::string_view room, bool occupied) {
  if (ShardLink* link = server_.link()) link->room_occupied(room_hash(name_, room), occupied);
  server_.cluster().room_occupied(name_, room, occupied);
}

// -- events

void Namespace::receive(Socket& socket, Event& event) {
  const auto run = [&](const EventHandler& handler) { call(handler, socket, event); };
  if (handlers_.listens_to_any()) handlers_.for_each_any(std::ref(run));
  if (socket.hooks_ != nullptr) socket.hooks_->handlers.for_each_any(std::ref(run));
  if (!socket.connected()) return;  // one of them has thrown it out
  if (event_middleware_.empty() &&
      (socket.hooks_ == nullptr || socket.hooks_->middleware.empty())) {
    dispatch(socket, event);
  } else {
    std::make_shared<EventRun>(socket.shared_from_this(), event)->go_on();
  }
}

void Namespace::dispatch(Socket& socket, Event& event) {
  const auto run = [&](const EventHandler& handler) { call(handler, socket, event); };
  // By reference, so that the function costs no allocation.
  std::uint64_t* received = handlers_.for_each(event.name, std::ref(run));
  if (socket.hooks_ != nullptr) {
    std::uint64_t* const own = socket.hooks_->handlers.for_each(event.name, std::ref(run));
    if (own != nullptr) received = own;
  }
  ++(received != nullptr ? *received : server_.counters().unhandled);
  if (received == nullptr && unhandled_) run(unhandled_);
}

void Namespace::call(const EventHandler& handler, Socket& socket, Event& event) {
  try {
    handler(socket, event);
  } catch (...) {
    shielded(name_, event.name, [] { throw; });  // logs it
    refuse(socket, event, Error(std::make_error_code(std::errc::state_not_recoverable)));
  }
}

void Namespace::fail_event(Socket& socket, std::string_view event, const Error& error, Ack& ack) {
  shielded(name_, "error policy", [&] { error_policy_(socket, event, error, ack); });
}

bool Namespace::raise(std::string_view name, const Arguments& arguments,
                      std::function<void(Arguments)> reply) {
  const auto found = server_events_.find(name);
  if (found == server_events_.end()) return false;
  shielded(name_, "server event", [&] { found->second(arguments, std::move(reply)); });
  return true;
}

// -- sending

void Namespace::deliver(const Broadcast& broadcast) {
  const auto send = [&](Socket& socket) {
    if (!broadcast.offset || !socket.has_seen(*broadcast.offset))
      socket.send(broadcast.frames, broadcast.delivery);
  };
  if (overheard_) {
    for (const SocketPtr& socket : select(broadcast.to)) send(*socket);
    return;
  }
  const Rooms::Except excepted(rooms_, broadcast.to.except);
  const auto give = [&](Socket& socket) {
    if (!excepted.holds(socket)) send(socket);
  };
  // Sending only queues: no handler runs and no room changes while its members are walked.
  if (broadcast.to.rooms.empty()) {
    for (const auto& [id, socket] : sockets_) give(*socket);
  } else if (broadcast.to.rooms.size() == 1) {
    // The usual case, without a list: one room, or one socket by its id.
    const std::string& name = broadcast.to.rooms.front();
    if (const Rooms::Room* room = rooms_.find(name)) {
      for (Socket* socket : room->members) give(*socket);
    }
    if (const auto own = sockets_.find(name); own != sockets_.end()) {
      give(*own->second);
    }
  } else {
    for (Socket* socket : find_all(broadcast.to.rooms)) give(*socket);
  }
}

std::size_t Namespace::ask(const Selection& who, const Frames& frames, AckId id,
                           std::chrono::milliseconds timeout, const AckHandler& answer) {
  const std::vector<SocketPtr> asked = select(who);
  for (const SocketPtr& socket : asked) {
    socket->ask(frames, id, timeout, answer, Socket::AtDisconnect::forget);
  }
  return asked.size();
}

void Namespace::server_side_emit(std::string_view name, const Arguments& arguments,
                                 ServerAnswersHandler done) {
  if (done && server_.requests_full()) {
    done(fail(SocketError::too_many_questions));
    return;
  }
  server_.cluster().server_event(name_, std::string(name), arguments.kept(),
                                 shielded_callback(name_, std::move(done)));
}

}  // namespace quickclinic::socketio
