#include "server/client/http_client.hpp"

#include "transport/file_descriptor.hpp"

#include <sys/socket.h>
#include <system_error>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <memory>
#include <netdb.h>
#include <optional>
#include <poll.h>

namespace quickclinic::client {
namespace {

using transport::FileDescriptor;

std::unexpected<Error> failed(std::errc code, std::string sentence) {
  return std::unexpected(Error(std::make_error_code(code), std::move(sentence)));
}

std::unexpected<Error> failed(int number, const HttpUrl& url) {
  return failed(static_cast<std::errc>(number),
                to_text(url) + ": " + std::generic_category().message(number));
}

// 0 when something is ready, else the number of an error.
int wait_for(int fd, short events, TimePoint deadline) {
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return ETIMEDOUT;
    pollfd watched{.fd = fd, .events = events, .revents = 0};
    const int ready = ::poll(&watched, 1, static_cast<int>(left));
    if (ready > 0) return 0;
    if (ready < 0 && errno != EINTR) return errno;
  }
}

int connect_to(const addrinfo& address, FileDescriptor& socket, TimePoint deadline) {
  socket = FileDescriptor(::socket(
      address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol));
  if (!socket) return errno;
  if (::connect(socket.get(), address.ai_addr, address.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  if (const int late = wait_for(socket.get(), POLLOUT, deadline); late != 0) return late;
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

Result<FileDescriptor> connect(const HttpUrl& url, TimePoint deadline) {
  const addrinfo wanted{.ai_flags = AI_NUMERICSERV,
                        .ai_family = AF_UNSPEC,
                        .ai_socktype = SOCK_STREAM,
                        .ai_protocol = 0,
                        .ai_addrlen = 0,
                        .ai_addr = nullptr,
                        .ai_canonname = nullptr,
                        .ai_next = nullptr};
  addrinfo* found = nullptr;
  const int code =
      ::getaddrinfo(url.host.c_str(), std::to_string(url.port).c_str(), &wanted, &found);
  if (code != 0)
    return failed(std::errc::host_unreachable, to_text(url) + ": " + ::gai_strerror(code));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, ::freeaddrinfo);
  int error = EHOSTUNREACH;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    FileDescriptor socket;
    error = connect_to(*each, socket, deadline);
    if (error == 0) return socket;
  }
  return failed(error, url);
}

int write_all(int fd, std::string_view bytes, TimePoint deadline) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      if (const int late = wait_for(fd, POLLOUT, deadline); late != 0) return late;
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

// HTTP/1.0: an answer ends with its connection.
int read_all(int fd, std::string& bytes, std::size_t bytes_max, TimePoint deadline) {
  std::array<char, 16384> buffer{};
  while (true) {
    const ssize_t got = ::recv(fd, buffer.data(), buffer.size(), 0);
    if (got == 0) return 0;
    if (got > 0) {
      bytes.append(buffer.data(), static_cast<std::size_t>(got));
      if (bytes.size() > bytes_max) return EMSGSIZE;
    } else if (errno == EAGAIN) {
      if (const int late = wait_for(fd, POLLIN, deadline); late != 0) return late;
    } else if (errno != EINTR) {
      return errno;
    }
  }
}

std::optional<HttpAnswer> read_answer(std::string bytes) {
  constexpr std::string_view version = "HTTP/1.";
  constexpr std::size_t status_at = version.size() + 2;
  const std::size_t head_end = bytes.find("\r\n\r\n");
  if (!bytes.starts_with(version) || head_end == std::string::npos || bytes.size() < status_at + 3)
    return std::nullopt;
  HttpAnswer answer;
  const char* begin = bytes.data() + status_at;
  if (std::from_chars(begin, begin + 3, answer.status).ptr != begin + 3) return std::nullopt;
  answer.body = std::move(bytes).substr(head_end + 4);
  return answer;
}

std::string request_text(const HttpUrl& url, const HttpQuestion& question) {
  const bool v6 = url.host.contains(':');
  std::string text(question.method);
  text += " " + url.path + " HTTP/1.0\r\nHost: " + (v6 ? "[" + url.host + "]" : url.host) + ":" +
          std::to_string(url.port) + "\r\n";
  for (const auto& [name, value] : question.headers) text += name + ": " + value + "\r\n";
  if (!question.body.empty())
    text += "Content-Length: " + std::to_string(question.body.size()) + "\r\n";
  return text.append("\r\n").append(question.body);
}

}  // namespace

Result<HttpUrl> read_http_url(std::string_view text) {
  constexpr std::string_view scheme = "http://";
  const auto wrong = [&](std::string_view what) {
    return failed(std::errc::invalid_argument, std::string(text) + " " + std::string(what));
  };
  if (text.starts_with("https://")) return wrong("is https; only http:// is understood here");
  if (!text.starts_with(scheme)) return wrong("must begin with http://");
  std::string_view rest = text.substr(scheme.size());
  HttpUrl url;
  if (const std::size_t path = rest.find('/'); path != std::string_view::npos) {
    url.path = rest.substr(path);
    rest = rest.substr(0, path);
  }
  for (const char c : text) {
    if (c <= ' ' || c == '\x7f') return wrong("holds a blank");
  }
  const std::size_t bracket = rest.rfind(']');
  const std::size_t colon = rest.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  if (has_port) {
    const std::string_view port = rest.substr(colon + 1);
    const auto read = std::from_chars(port.begin(), port.end(), url.port);
    if (read.ec != std::errc() || read.ptr != port.end() || url.port == 0)
      return wrong("has no port from 1 to 65535");
    rest = rest.substr(0, colon);
  }
  if (rest.starts_with('[') && rest.ends_with(']')) rest = rest.substr(1, rest.size() - 2);
  if (rest.empty() || rest.contains('@')) return wrong("names no host");
  url.host = rest;
  return url;
}

std::string to_text(const HttpUrl& url) {
  const bool v6 = url.host.contains(':');
  return "http://" + (v6 ? "[" + url.host + "]" : url.host) + ":" + std::to_string(url.port) +
         url.path;
}

Result<HttpAnswer> ask(const HttpUrl& url, const HttpQuestion& question, TimePoint deadline,
                       std::size_t bytes_max) {
  const auto socket = connect(url, deadline);
  if (!socket) return std::unexpected(socket.error());
  if (const int error = write_all(socket->get(), request_text(url, question), deadline); error != 0)
    return failed(error, url);
  std::string bytes;
  if (const int error = read_all(socket->get(), bytes, bytes_max, deadline); error != 0)
    return failed(error, url);
  auto answer = read_answer(std::move(bytes));
  if (!answer) return failed(std::errc::protocol_error, to_text(url) + ": no HTTP answer");
  return std::move(*answer);
}

Result<> reach(const HttpUrl& url, TimePoint deadline) {
  const auto socket = connect(url, deadline);
  if (!socket) return std::unexpected(socket.error());
  return {};
}

}  // namespace quickclinic::client
