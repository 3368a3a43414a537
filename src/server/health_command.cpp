#include "server/health_command.hpp"

#include "base/result.hpp"
#include "transport/file_descriptor.hpp"
#include "transport/transport_error.hpp"

#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <netdb.h>
#include <string>

namespace quickclinic::server {
namespace {

constexpr timeval patience{.tv_sec = 3, .tv_usec = 0};
constexpr std::size_t answer_bytes_max = 4096;

std::unexpected<Error> unwell(std::string why) {
  return fail(transport::TransportError::listen_failed, std::move(why));
}

// Whoever listens everywhere is reached here, too.
std::string reachable(const std::string& host) {
  if (host == "0.0.0.0") return "127.0.0.1";
  return host == "::" ? "::1" : host;
}

Result<transport::FileDescriptor> connected(const std::string& host, const std::string& port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0) {
    return unwell(host + " is not known");
  }
  transport::FileDescriptor socket(
      ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, found->ai_protocol));
  // SO_SNDTIMEO bounds connecting too (socket(7)).
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const bool open = ::connect(socket.get(), found->ai_addr, found->ai_addrlen) == 0;
  ::freeaddrinfo(found);
  if (!open) return unwell("nothing answers at " + host + " port " + port);
  return socket;
}

std::string exchange(int socket, const std::string& request) {
  std::string answer;
  if (::send(socket, request.data(), request.size(), MSG_NOSIGNAL) < 0) return answer;
  std::array<char, answer_bytes_max> buffer;
  while (answer.size() < answer_bytes_max) {
    const ssize_t got = ::recv(socket, buffer.data(), buffer.size(), 0);
    if (got <= 0) break;
    answer.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return answer;
}

}  // namespace

Result<> ask_health(const settings::Settings& settings) {
  const std::string host = reachable(settings.host);
  const auto socket = connected(host, std::to_string(settings.port));
  if (!socket) return std::unexpected(socket.error());
  if (settings.tls) {
    std::puts("takes connections");
    return {};
  }
  const std::string answer = exchange(
      socket->get(), "GET /ready HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
  const auto body = answer.find("\r\n\r\n");
  if (!answer.starts_with("HTTP/1.1 ") || body == std::string::npos) {
    return unwell("no answer came from " + host + " port " + std::to_string(settings.port));
  }
  if (!answer.starts_with("HTTP/1.1 200")) return unwell("not ready: " + answer.substr(body + 4));
  std::puts(answer.substr(body + 4).c_str());
  return {};
}

}  // namespace quickclinic::server
