#pragma once

#include "tests/support/websocket_client.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace quickclinic::testing {

/// A Socket.IO client over WebSocket in the default namespace, which speaks whole packets and
/// answers the server's pings. Every wait is bounded as `LoopbackSocket` bounds it.
class SocketIoClient {
 public:
  /// Opens a session and asks to join with `auth`, a JSON object or nothing. `welcome()` is the
  /// answer.
  explicit SocketIoClient(std::uint16_t port, std::string_view auth = {},
                          SocketOptions options = {});

  /// `40{"sid":…}`, or `44{…}` when the server refused.
  const std::string& welcome() const noexcept { return welcome_; }
  const std::string& sid() const noexcept { return sid_; }
  WebSocketClient& websocket() noexcept { return websocket_; }

  /// Sends `42["name",arguments]`.
  bool emit(std::string_view name, std::string_view arguments = {});
  /// The same with an ack id, which `answer_to` waits for.
  std::uint64_t ask(std::string_view name, std::string_view arguments = {});
  /// The arguments of the acknowledgement, a JSON array; `closed` when the connection ended.
  std::string answer_to(std::uint64_t id);
  std::string call(std::string_view name, std::string_view arguments = {}) {
    return answer_to(ask(name, arguments));
  }

  /// The next Socket.IO packet without Engine.IO's `4`: `2["name",…]`. `closed` at the end.
  std::string next();
  /// The next event of that name, whole; the packets before it are kept for `heard`.
  std::string event(std::string_view name);
  /// All packets that `answer_to` and `event` have read past, in order; forgotten by this.
  std::vector<std::string> heard() { return std::exchange(heard_, {}); }

 private:
  std::string read_packet();

  WebSocketClient websocket_;
  std::string sid_;
  std::string welcome_;
  std::uint64_t asked_ = 0;
  std::vector<std::string> heard_;
};

}  // namespace quickclinic::testing
