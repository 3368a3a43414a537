#include "load/session.hpp"

#include "load/failure.hpp"
#include "load/polling_session.hpp"
#include "load/websocket_frame.hpp"
#include "load/websocket_session.hpp"

#include <utility>

namespace quickclinic::load {

namespace {

constexpr std::size_t shown_bytes_max = 200;

/// The value of `"sid"` in the open packet. Its characters are those of URLs, so nothing needs
/// unescaping.
std::string_view session_id(std::string_view open) {
  constexpr std::string_view key = "\"sid\":\"";
  const std::size_t at = open.find(key);
  if (at == std::string_view::npos) {
    throw Failure("the open packet names no session");
  }
  const std::string_view rest = open.substr(at + key.size());
  return rest.substr(0, rest.find('"'));
}

}  // namespace

Outgoing::Outgoing(std::string_view packet) : message("4") {
  message += packet;
  append_client_frame(frame, Opcode::text, message);
}

Session::Session(const Target& target, Identity identity, Events& events)
    : target_(target), identity_(std::move(identity)), events_(events) {}

std::string Session::request_head(std::string_view method, std::string_view query) const {
  std::string head(method);
  head.append(" ").append(target_.path).append("?EIO=4").append(query).append(identity_.query);
  return head.append(" HTTP/1.1\r\nHost: ").append(target_.host).append("\r\n");
}

void Session::take(std::string_view packet) {
  const char type = packet.empty() ? '\0' : packet.front();
  switch (type) {
    case '0':
      opened(session_id(packet));
      send_message("40" + identity_.auth);
      return;
    case '1':
      end("the server closed the session");
      return;
    case '2':
      send_message("3");
      return;
    case '4':
      take_message(packet.substr(1));
      return;
    case '6':
      return;
    default:
      throw Failure("the server sent an Engine.IO packet of no known type");
  }
}

void Session::take_message(std::string_view packet) {
  if (packet.starts_with('0') && !joined_) {
    joined_ = true;
    events_.joined(*this);
  } else if (packet.starts_with('1') || packet.starts_with('4')) {
    if (!leaving_) {
      throw Failure("the server refused session " + std::to_string(number()) + ": " +
                    std::string(packet.substr(0, shown_bytes_max)));
    }
  } else {
    events_.received(*this, packet);
  }
}

void Session::end(std::string_view why) {
  if (!leaving_) {
    throw Failure("session " + std::to_string(number()) + " was lost: " + std::string(why));
  }
  if (!std::exchange(over_, true)) {
    events_.left(*this);
  }
}

std::unique_ptr<Session> make_session(Transport transport, Loop& loop, const Target& target,
                                      Session::Identity identity, Session::Events& events) {
  if (transport == Transport::websocket) {
    return std::make_unique<WebSocketSession>(loop, target, std::move(identity), events);
  }
  return std::make_unique<PollingSession>(loop, target, std::move(identity), events);
}

}  // namespace quickclinic::load
