#include "socketio/client.hpp"

#include "base/log.hpp"
#include "socketio/namespace.hpp"
#include "socketio/protocol4.hpp"
#include "socketio/recovery_state.hpp"

#include <algorithm>
#include <utility>

namespace quickclinic::socketio {
namespace {

std::string text_field(const json::Value& object, std::string_view name) {
  const json::Object* fields = object.if_object();
  const json::Value* field = fields == nullptr ? nullptr : fields->if_contains(name);
  const json::String* text = field == nullptr ? nullptr : field->if_string();
  return text == nullptr ? std::string() : std::string(json::view(*text));
}

}  // namespace

Client::Client(Server& server, engineio::Session& session, std::shared_ptr<const SessionInfo> info)
    : server_(server),
      session_(session),
      info_(std::move(info)),
      decoder_(server.parser().new_decoder(server.settings().limits.packet)) {
  const auto late = [](void* self, TimePoint) {
    static_cast<Client*>(self)->break_off(engineio::CloseReason::forced_close);
  };
  connect_timer_ = std::make_unique<Timer>(late, this);
  server_.timers().arm(*connect_timer_, server_.now() + server_.settings().connect_timeout);
  if (speaks_v4()) {
    Packet main;
    main.type = PacketType::connect;
    connect(main);
  }
}

Client::~Client() {
  for (const auto& wish : wishes_) wish->client = nullptr;
}

void Client::receive(std::string_view message, bool binary) {
  // Small events are parsed into this buffer; it goes when the handler returns.
  unsigned char scratch[4096];
  json::Arena arena(scratch, sizeof scratch);
  auto packet = binary ? decoder_->binary(message, json::Storage(&arena))
                       : decoder_->text(message, json::Storage(&arena));
  if (!packet) {
    log::debug("client broke the protocol",
               {{"sid", session_.id().text()}, {"error", packet.error().describe()}});
    break_off(engineio::CloseReason::parse_error);
    return;
  }
  if (!*packet) return;
  if (speaks_v4() && (*packet)->type == PacketType::connect) (*packet)->payload = auth_v4(message);
  handle(std::move(**packet));
}

bool Client::receive_oversized(std::string_view beginning) {
  auto packet = decoder_->oversized(beginning);
  if (!packet || find(packet->nsp) == nullptr) return false;
  handle(std::move(*packet));
  return true;
}

void Client::handle(Packet packet) {
  const SocketPtr socket = find(packet.nsp);
  if (packet.type == PacketType::connect) {
    if (socket == nullptr) {
      connect(packet);
    } else if (socket->connected()) {
      break_off(engineio::CloseReason::forced_close);
    }
    // While the middleware thinks, another CONNECT changes nothing: it is one join.
    return;
  }
  if (socket == nullptr || !socket->connected()) {
    break_off(engineio::CloseReason::forced_close);
    return;
  }
  switch (packet.type) {
    case PacketType::event: {
      Event event{.name = packet.event,
                  .arguments = packet.payload.as_array(),
                  .attachments = packet.attachments,
                  .flaw = packet.flaw,
                  .ack = packet.id ? Ack(socket, *packet.id) : Ack()};
      socket->nsp().receive(*socket, event);
      return;
    }
    case PacketType::ack:
      // The arguments may be kept by whoever waits for them, so they move out of the arena.
      socket->receive_ack(*packet.id, Arguments{json::Array(packet.payload.as_array(), {}),
                                                std::move(packet.attachments)});
      return;
    case PacketType::disconnect:
      leave(*socket, "client namespace disconnect");
      return;
    case PacketType::connect:
    case PacketType::connect_error:
    case PacketType::binary_event:
    case PacketType::binary_ack:
      return;  // the decoder lets none of them through
  }
}

void Client::connect(Packet& packet) {
  const auto same = [&packet](const auto& wish) { return wish->nsp == packet.nsp; };
  if (std::ranges::any_of(wishes_, same)) return;
  if (sockets_.size() + wishes_.size() >= server_.settings().limits.namespaces_max) {
    break_off(engineio::CloseReason::forced_close);
    return;
  }
  Handshake handshake{info_, packet.payload.is_object() ? json::Value(packet.payload, {})
                                                        : json::Value(json::Object())};
  if (Namespace* nsp = server_.find(packet.nsp)) {
    enter(nsp, packet.nsp, std::move(handshake));
    return;
  }
  const auto wish = std::make_shared<Wish>(Wish{this, packet.nsp});
  wishes_.push_back(wish);
  server_.look_up(packet.nsp, handshake, [wish, handshake](Namespace* nsp) {
    Client* client = wish->client;
    if (client == nullptr) return;
    std::erase(client->wishes_, wish);
    client->enter(nsp, wish->nsp, handshake);
  });
}

void Client::enter(Namespace* nsp, std::string_view asked, Handshake handshake) {
  if (nsp == nullptr) {
    send(server_.parser().connect_error(asked, "Invalid namespace", {}));
  } else if (server_.recovery().on() && !speaks_v4()) {
    recover(*nsp, std::move(handshake));
  } else {
    join(*nsp, std::move(handshake), nullptr);
  }
}

// A client that comes back shows the private id of its session, and the offset of the last packet
// that it has received.
void Client::recover(Namespace& nsp, Handshake handshake) {
  const std::string session = text_field(handshake.auth, "pid");
  if (session.empty()) {
    join(nsp, std::move(handshake), nullptr);
    return;
  }
  const auto wish = std::make_shared<Wish>(Wish{this, nsp.name()});
  wishes_.push_back(wish);
  const std::string offset = text_field(handshake.auth, "offset");
  server_.recovery().restore(
      nsp.name(), session, offset,
      [&server = server_, wish, handshake, offset](std::unique_ptr<Restored> restored) {
        Client* client = wish->client;
        if (client == nullptr) {
          if (restored) server.recovery().put_back(wish->nsp, std::move(restored), offset);
          return;
        }
        std::erase(client->wishes_, wish);
        if (Namespace* found = server.find(wish->nsp)) {
          client->join(*found, handshake, std::move(restored));
        } else {
          client->enter(nullptr, wish->nsp, handshake);
        }
      });
}

// Who speaks protocol 4 has never been told an id: the client makes it out of the session's, and so
// does this.
SocketId Client::id_in(const Namespace& nsp) const {
  if (!speaks_v4()) return new_socket_id();
  const std::string& session = session_.id().text();
  return SocketId(nsp.name() == "/" ? session : nsp.name() + "#" + session);
}

void Client::join(Namespace& nsp, Handshake handshake, std::unique_ptr<Restored> restored) {
  SocketId id = restored ? restored->id : id_in(nsp);
  const bool recoverable = server_.recovery().on() && !speaks_v4();
  const std::string offset = recoverable ? text_field(handshake.auth, "offset") : std::string();
  auto socket =
      std::make_shared<Socket>(nsp.shared_from_this(), *this, std::move(id), std::move(handshake));
  if (recoverable) server_.recovery().begin(*socket, std::move(restored), offset);
  sockets_.push_back(socket);
  // The client may be gone when the decision comes; then it has left the socket, and taken itself
  // out of it.
  nsp.admit(socket, [socket](std::optional<ConnectRefusal> refusal) {
    if (socket->client_ != nullptr) socket->client_->decided(socket, std::move(refusal));
  });
}

void Client::decided(const SocketPtr& socket, std::optional<ConnectRefusal> refusal) {
  if (refusal) {
    const std::string& nsp = socket->nsp().name();
    send(speaks_v4() ? refuse_v4(nsp, *refusal)
                     : server_.parser().connect_error(nsp, refusal->message, refusal->data));
    socket->state_ = Socket::State::disconnected;
    socket->client_ = nullptr;
    forget(*socket);
    socket->nsp().abandoned();
    return;
  }
  connect_timer_.reset();
  socket->state_ = Socket::State::connected;
  const bool recoverable = socket->recovery_ != nullptr;
  const std::string& nsp = socket->nsp().name();
  send(speaks_v4() ? connect_v4(nsp)
                   : server_.parser().connect(
                         nsp, socket->id().text(),
                         recoverable ? socket->recovery().session : std::string_view()));
  socket->nsp().connected(*socket);
  if (!server_.settings().keep_handshake) socket->handshake_.reset();
}

void Client::leave(Socket& socket, std::string_view reason) {
  const SocketPtr alive = socket.shared_from_this();
  const bool was_connected = socket.connected();
  socket.state_ = Socket::State::disconnected;
  socket.client_ = nullptr;
  forget(socket);
  if (!was_connected) {
    if (socket.recovery_ != nullptr && socket.recovery_->restored != nullptr) {
      socket.recovery_->restored->data = std::move(socket.data());
      server_.recovery().put_back(socket.nsp().name(), std::move(socket.recovery_->restored),
                                  socket.recovery_->presented);
    }
    socket.nsp().abandoned();
    return;
  }
  socket.nsp().gone(socket, reason);
  socket.drop_acks();
}

void Client::closed(engineio::CloseReason reason) {
  connect_timer_.reset();
  for (const auto& wish : wishes_) wish->client = nullptr;
  wishes_.clear();
  leave_all(engineio::to_text(reason));
}

void Client::leave_all(std::string_view reason) {
  while (!sockets_.empty()) {
    const SocketPtr socket = sockets_.back();
    leave(*socket, reason);
  }
}

void Client::dismiss() {
  // Told so, a client does not come back by itself; a mere end of the connection it would mend.
  for (const SocketPtr& socket : sockets_) {
    if (socket->connected()) send(server_.parser().disconnect(socket->nsp().name()));
  }
  leave_all("server namespace disconnect");
  break_off(engineio::CloseReason::forced_close);
}

void Client::break_off(engineio::CloseReason reason) {
  session_.close(reason);
  // Its host will say `closed`, when nobody is on the stack who still needs the sockets.
}

SocketPtr Client::find(std::string_view nsp) const {
  const auto found =
      std::ranges::find_if(sockets_, [nsp](const SocketPtr& s) { return s->nsp().name() == nsp; });
  return found == sockets_.end() ? nullptr : *found;
}

void Client::forget(const Socket& socket) {
  std::erase_if(sockets_, [&socket](const SocketPtr& s) { return s.get() == &socket; });
}

void Client::send(const Frames& frames, Delivery delivery) {
  for (const engineio::FramePtr& frame : frames) {
    if (!session_.send(frame, delivery)) return;  // an attachment never goes without its packet
  }
}

void Client::send(engineio::FramePtr frame) { session_.send(std::move(frame)); }

}  // namespace quickclinic::socketio
