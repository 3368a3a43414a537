#include "transport/inherited_sockets.hpp"

#include "transport/transport_error.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <fcntl.h>
#include <optional>
#include <string_view>

namespace quickclinic::transport {
namespace {

constexpr int first_descriptor = 3;         // sd_listen_fds(3), SD_LISTEN_FDS_START
constexpr unsigned descriptors_max = 1024;  // more than any unit file names

struct Variables {
  std::optional<std::string> process;
  std::optional<std::string> count;
  std::optional<std::string> names;
};

std::optional<std::string> take_variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) return std::nullopt;
  std::string copy(value);
  ::unsetenv(name);
  return copy;
}

std::optional<unsigned> number(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<std::string> split(std::string_view names) {
  std::vector<std::string> parts;
  while (true) {
    const auto colon = names.find(':');
    parts.emplace_back(names.substr(0, colon));
    if (colon == std::string_view::npos) return parts;
    names.remove_prefix(colon + 1);
  }
}

int option(int fd, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  return ::getsockopt(fd, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

std::unexpected<Error> refuse(std::string why) {
  return fail(TransportError::bad_inherited_socket, std::move(why));
}

}  // namespace

bool is_listening_stream(int fd) noexcept {
  const int family = option(fd, SO_DOMAIN);
  return (family == AF_INET || family == AF_INET6 || family == AF_UNIX) &&
         option(fd, SO_TYPE) == SOCK_STREAM && option(fd, SO_ACCEPTCONN) == 1;
}

Result<std::vector<InheritedSocket>> take_inherited_sockets() {
  const Variables given{take_variable("LISTEN_PID"), take_variable("LISTEN_FDS"),
                        take_variable("LISTEN_FDNAMES")};
  std::vector<InheritedSocket> sockets;
  if (!given.process || !given.count) return sockets;
  const auto process = number(*given.process);
  if (!process) return refuse("LISTEN_PID is no number");
  if (*process != static_cast<unsigned>(::getpid())) return sockets;
  const auto count = number(*given.count);
  if (!count || *count > descriptors_max) return refuse("LISTEN_FDS is no number up to 1024");
  if (*count == 0) return sockets;
  std::vector<std::string> names(*count, "unknown");
  if (given.names) names = split(*given.names);
  if (names.size() != *count) return refuse("LISTEN_FDNAMES and LISTEN_FDS disagree");
  // All of them at once: also what is refused must not leak into a child.
  for (unsigned i = 0; i < *count; ++i) {
    ::fcntl(first_descriptor + static_cast<int>(i), F_SETFD, FD_CLOEXEC);
  }
  for (unsigned i = 0; i < *count; ++i) {
    const int fd = first_descriptor + static_cast<int>(i);
    if (!is_listening_stream(fd)) {
      return refuse("descriptor " + std::to_string(fd) + " (" + names[i] +
                    ") is no stream socket that listens");
    }
    sockets.push_back({std::move(names[i]), {.bound_fd = fd}});
  }
  return sockets;
}

}  // namespace quickclinic::transport
