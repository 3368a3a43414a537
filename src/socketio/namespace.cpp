#include "socketio/namespace.hpp"

#include "base/log.hpp"
#include "socketio/client.hpp"
#include "socketio/server.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace quickclinic::socketio {

Namespace::Namespace(Server& server, std::string name) : server_(server), name_(std::move(name)) {}

void Namespace::use(Middleware middleware) { middleware_.push_back(std::move(middleware)); }

void Namespace::on_connection(ConnectionHandler handler) {
  connection_handlers_.push_back(std::move(handler));
}

void Namespace::on_disconnect(DisconnectHandler handler) {
  disconnect_handlers_.push_back(std::move(handler));
}

void Namespace::on(std::string name, EventHandler handler) {
  event_handlers_[std::move(name)] = std::move(handler);
}

void Namespace::on_any(EventHandler handler) { any_handler_ = std::move(handler); }

Socket* Namespace::find(const SocketId& id) const {
  const auto found = sockets_.find(id.text());
  return found == sockets_.end() ? nullptr : found->second;
}

void Namespace::for_each(const std::function<void(Socket&)>& visit) {
  std::vector<SocketPtr> all;
  all.reserve(sockets_.size());
  for (const auto& [id, socket] : sockets_) all.push_back(socket->shared_from_this());
  for (const SocketPtr& socket : all) {
    if (socket->connected()) visit(*socket);
  }
}

std::vector<SocketPtr> Namespace::in(std::string_view room) const {
  std::vector<SocketPtr> found;
  const Rooms::Room* members = rooms_.find(room);
  if (members == nullptr) return found;
  for (Socket* socket : members->members) found.push_back(socket->shared_from_this());
  return found;
}

void Namespace::admit(const SocketPtr& socket, std::size_t middleware, Decision decided) {
  if (middleware == middleware_.size()) {
    decided(std::nullopt);
    return;
  }
  const auto asked =
      std::make_shared<bool>(false);  // owners: copies of the decision that the middleware holds
  const Decision decide = [this, socket, middleware, decided = std::move(decided),
                           asked](std::optional<ConnectRefusal> refusal) {
    if (std::exchange(*asked, true)) return;
    if (refusal) {
      decided(std::move(refusal));
    } else {
      admit(socket, middleware + 1, decided);
    }
  };
  if (!shielded("middleware", [&] { middleware_[middleware](socket, decide); })) {
    decide(ConnectRefusal{"Internal error", {}});
  }
}

template <class Call>
bool Namespace::shielded(std::string_view kind, const Call& call) const {
  try {
    call();
    return true;
  } catch (const std::exception& error) {
    // The application's fault must not become everybody's.
    log::error("handler threw", {{"nsp", name_}, {"kind", kind}, {"what", error.what()}});
    return false;
  }
}

void Namespace::connected(Socket& socket) {
  sockets_.emplace(socket.id().text(), &socket);
  occupy(socket.id().text(), true);
  for (const ConnectionHandler& handler : connection_handlers_) {
    if (!socket.connected()) break;  // a handler before has thrown it out
    // A socket that is only half set up is nobody's.
    if (!shielded("connection", [&] { handler(socket); })) socket.disconnect();
  }
}

void Namespace::gone(Socket& socket, std::string_view reason) {
  sockets_.erase(socket.id().text());
  occupy(socket.id().text(), false);
  for (const DisconnectHandler& handler : disconnect_handlers_) {
    shielded("disconnect", [&] { handler(socket, reason); });
  }
  for (const std::string& room : rooms_.leave_all(socket)) occupy(room, false);
}

void Namespace::receive(Socket& socket, Event& event) {
  const auto found = event_handlers_.find(event.name);
  const EventHandler& handler = found != event_handlers_.end() ? found->second : any_handler_;
  if (!handler) return;
  shielded("event", [&] { handler(socket, event); });
}

void Namespace::join(Socket& socket, std::string_view room) {
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
}

bool Namespace::excepted(const Socket& socket, const std::vector<std::string>& rooms) const {
  return std::ranges::any_of(rooms, [&](const std::string& room) {
    return socket.id().text() == room || rooms_.contains(room, socket);
  });
}

void Namespace::deliver(const Broadcast& broadcast) {
  const auto give = [&](Socket& socket) {
    if (!excepted(socket, broadcast.except)) socket.send(broadcast.frames, broadcast.delivery);
  };
  // Sending only queues: no handler runs and no room changes while its members are walked.
  if (broadcast.rooms.empty()) {
    for (const auto& [id, socket] : sockets_) give(*socket);
    return;
  }
  std::vector<Socket*> receivers;
  for (const std::string& room : broadcast.rooms) {
    if (const Rooms::Room* found = rooms_.find(room)) {
      receivers.insert(receivers.end(), found->members.begin(), found->members.end());
    }
    if (const auto own = sockets_.find(room); own != sockets_.end())
      receivers.push_back(own->second);
  }
  if (broadcast.rooms.size() > 1) {
    std::ranges::sort(receivers);
    const auto repeated = std::ranges::unique(receivers);
    receivers.erase(repeated.begin(), repeated.end());
  }
  for (Socket* socket : receivers) give(*socket);
}

void Namespace::publish(std::shared_ptr<const Broadcast> broadcast) {
  if (ShardLink* link = server_.link()) link->publish(std::move(broadcast));
}

}  // namespace quickclinic::socketio
