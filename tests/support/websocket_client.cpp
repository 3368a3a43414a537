#include "tests/support/websocket_client.hpp"

#include <stdexcept>
#include <utility>

namespace quickclinic::testing {

using transport::Opcode;

std::uint16_t ServerFrame::close_code() const {
  if (payload.size() < 2) return 1005;
  return static_cast<std::uint16_t>(static_cast<unsigned char>(payload[0]) << 8U |
                                    static_cast<unsigned char>(payload[1]));
}

WebSocketClient::WebSocketClient(std::uint16_t port, std::string_view target, SocketOptions options,
                                 std::string_view headers)
    : http_(port, options) {
  shake_hands(target, headers);
}

WebSocketClient::WebSocketClient(HttpClient connection, std::string_view target,
                                 std::string_view headers)
    : http_(std::move(connection)) {
  shake_hands(target, headers);
}

void WebSocketClient::shake_hands(std::string_view target, std::string_view headers) {
  const HttpAnswer answer =
      http_.request("GET", target, {},
                    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
                        std::string(headers));
  if (answer.status != 101) {
    throw std::runtime_error("no WebSocket: " + std::to_string(answer.status) + " " + answer.body);
  }
  unread_ = http_.take_rest();
}

bool WebSocketClient::want(std::size_t bytes) {
  while (unread_.size() - taken_ < bytes) {
    unread_.erase(0, std::exchange(taken_, 0));
    const std::string more = socket().read_some();
    if (more.empty()) return false;
    unread_ += more;
  }
  return true;
}

ServerFrame WebSocketClient::receive() {
  static const ServerFrame end{Opcode::close, "\x03\xee"};
  if (!want(2)) return end;
  std::size_t header = 2;
  std::size_t length = static_cast<unsigned char>(unread_[taken_ + 1]);
  if (length >= 126) {
    const std::size_t length_bytes = length == 126 ? 2 : 8;
    header += length_bytes;
    if (!want(header)) return end;
    length = 0;
    for (std::size_t i = 0; i < length_bytes; ++i) {
      length = length << 8U | static_cast<unsigned char>(unread_[taken_ + 2 + i]);
    }
  }
  if (!want(header + length)) return end;
  const auto first = static_cast<unsigned char>(unread_[taken_]);
  ServerFrame frame{static_cast<Opcode>(first & 0x0FU), unread_.substr(taken_ + header, length),
                    (first & 0x40U) != 0};
  taken_ += header + length;
  return frame;
}

std::string WebSocketClient::receive_text() {
  ServerFrame frame = receive();
  if (frame.opcode != Opcode::text) {
    throw std::runtime_error("no text frame but one of opcode " +
                             std::to_string(static_cast<unsigned>(frame.opcode)));
  }
  return std::move(frame.payload);
}

std::uint16_t WebSocketClient::receive_close() {
  while (true) {
    const ServerFrame frame = receive();
    if (frame.opcode == Opcode::close) return frame.close_code();
  }
}

}  // namespace quickclinic::testing
