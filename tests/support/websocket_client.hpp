#pragma once

#include "tests/support/http_client.hpp"
#include "transport/websocket_test_frames.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace quickclinic::testing {

/// A frame from the server.
struct ServerFrame {
  transport::Opcode opcode = transport::Opcode::close;
  std::string payload;
  bool compressed = false;  ///< the first reserved bit

  /// Of a close frame; 1005 when it has none, 1006 when the connection ended without one.
  std::uint16_t close_code() const;
};

/// A WebSocket as a client has it, which sends whatever the test wants, right or wrong.
class WebSocketClient {
 public:
  static constexpr std::string_view open_target = "/socket.io/?EIO=4&transport=websocket";

  /// Shakes hands; throws when the server refuses.
  explicit WebSocketClient(std::uint16_t port, std::string_view target = open_target,
                           SocketOptions options = {}, std::string_view headers = {});
  /// The same over a connection that has carried requests before.
  explicit WebSocketClient(HttpClient connection, std::string_view target = open_target,
                           std::string_view headers = {});

  LoopbackSocket& socket() noexcept { return http_.socket(); }

  bool send(std::string_view text) { return send_frame({.payload = text}); }
  bool send_frame(const transport::ClientFrame& frame) {
    return socket().write(transport::encode(frame));
  }

  /// The next frame. At the end of the connection a close frame with the code 1006.
  ServerFrame receive();
  /// The next text frame; throws when something else comes.
  std::string receive_text();
  /// Reads up to the close frame, or the end.
  std::uint16_t receive_close();

 private:
  void shake_hands(std::string_view target, std::string_view headers);
  bool want(std::size_t bytes);

  HttpClient http_;
  std::string unread_;
  std::size_t taken_ = 0;  // of `unread_`
};

}  // namespace quickclinic::testing
