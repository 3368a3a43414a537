#pragma once

#include "tests/support/loopback_socket.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace quickclinic::testing {

struct HttpAnswer {
  unsigned status = 0;  ///< 0: the server closed the connection without an answer
  /// Names in lower case; the values of a name that occurs more than once, with line feeds between.
  std::map<std::string, std::string> headers;
  std::string body;
};

/// HTTP/1.1 over one connection, kept alive. Requests may be sent ahead of their answers.
class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port, SocketOptions options = {}) : socket_(port, options) {}

  explicit HttpClient(LoopbackSocket socket) : socket_(std::move(socket)) {}

  LoopbackSocket& socket() noexcept { return socket_; }

  /// The bytes of a request. `headers` are whole lines, each with its CRLF.
  static std::string format(std::string_view method, std::string_view target,
                            std::string_view body = {}, std::string_view headers = {});

  void send(std::string_view method, std::string_view target, std::string_view body = {},
            std::string_view headers = {}) {
    socket_.write(format(method, target, body, headers));
  }
  HttpAnswer receive();
  HttpAnswer request(std::string_view method, std::string_view target, std::string_view body = {},
                     std::string_view headers = {});
  /// What came behind the last answer.
  std::string take_rest() { return std::exchange(unread_, {}); }

 private:
  bool read_more();

  LoopbackSocket socket_;
  std::string unread_;
};

}  // namespace quickclinic::testing
