#include "tests/support/socketio_client.hpp"

#include "tests/support/polling_client.hpp"

#include <utility>

namespace quickclinic::testing {
namespace {

constexpr std::string_view closed = "closed";

std::string event_text(std::string_view name, std::string_view arguments) {
  std::string text = "[\"" + std::string(name) + "\"";
  if (!arguments.empty()) text += "," + std::string(arguments);
  return text + "]";
}

}  // namespace

SocketIoClient::SocketIoClient(std::uint16_t port, std::string_view auth, SocketOptions options)
    : websocket_(port, WebSocketClient::open_target, options),
      sid_(session_of(websocket_.receive_text())) {
  websocket_.send("40" + std::string(auth));
  welcome_ = "4" + read_packet();
}

bool SocketIoClient::emit(std::string_view name, std::string_view arguments) {
  return websocket_.send("42" + event_text(name, arguments));
}

std::uint64_t SocketIoClient::ask(std::string_view name, std::string_view arguments) {
  const std::uint64_t id = asked_++;
  websocket_.send("42" + std::to_string(id) + event_text(name, arguments));
  return id;
}

std::string SocketIoClient::answer_to(std::uint64_t id) {
  const std::string begin = "3" + std::to_string(id) + "[";
  while (true) {
    std::string packet = read_packet();
    if (packet == closed) return packet;
    if (packet.starts_with(begin)) return packet.substr(begin.size() - 1);
    heard_.push_back(std::move(packet));
  }
}

std::string SocketIoClient::event(std::string_view name) {
  const std::string begin = "2[\"" + std::string(name) + "\"";
  while (true) {
    std::string packet = read_packet();
    if (packet == closed || packet.starts_with(begin)) return packet;
    heard_.push_back(std::move(packet));
  }
}

std::string SocketIoClient::next() { return read_packet(); }

std::string SocketIoClient::read_packet() {
  while (true) {
    ServerFrame frame = websocket_.receive();
    if (frame.opcode == transport::Opcode::close) return std::string(closed);
    if (frame.opcode != transport::Opcode::text) continue;
    if (frame.payload == "2") {
      websocket_.send("3");
    } else if (frame.payload.starts_with('4')) {
      return frame.payload.substr(1);
    }
  }
}

}  // namespace quickclinic::testing
