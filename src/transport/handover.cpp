#include "transport/handover.hpp"

#include "transport/transport_error.hpp"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <spawn.h>
#include <string_view>

namespace quickclinic::transport {
namespace {

// `<descriptor of the pipe>`, then for each socket ` <name>=<descriptor>`.
constexpr std::string_view variable = "QUICKCLINIC_HANDOVER";

std::unexpected<Error> cannot_start(int error) {
  const char* words = strerrordesc_np(error);
  return fail(TransportError::cannot_start,
              words != nullptr ? words : "error " + std::to_string(error));
}

// This process's variables, but for those that speak of this process alone.
std::vector<std::string> variables_for_a_child() {
  constexpr std::array<std::string_view, 5> ours = {variable, "WATCHDOG_PID", "LISTEN_PID",
                                                    "LISTEN_FDS", "LISTEN_FDNAMES"};
  std::vector<std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto name = text.substr(0, text.find('='));
    if (std::ranges::find(ours, name) == ours.end()) variables.emplace_back(text);
  }
  return variables;
}

// As exec(3) wants it; borrows the strings.
std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> out;
  for (std::string& string : strings) out.push_back(string.data());
  out.push_back(nullptr);
  return out;
}

// Owns what posix_spawn(3) wants to know.
class Spawning {
 public:
  Spawning() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigset_t defaults;
    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &defaults);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~Spawning() {
    posix_spawnattr_destroy(&attributes_);
    posix_spawn_file_actions_destroy(&actions_);
  }
  Spawning(const Spawning&) = delete;
  Spawning& operator=(const Spawning&) = delete;

  /// The child has the descriptor too, under the same number: a dup2 onto itself only makes it
  /// outlive the exec (posix_spawn(3)).
  void keep(int fd) { posix_spawn_file_actions_adddup2(&actions_, fd, fd); }

  /// 0, or the error.
  int run(pid_t& process, const std::string& program, std::vector<std::string> arguments,
          std::vector<std::string> variables) {
    return ::posix_spawn(&process, program.c_str(), &actions_, &attributes_,
                         pointers(arguments).data(), pointers(variables).data());
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

std::optional<int> descriptor(std::string_view text) {
  int value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 3) return std::nullopt;
  return value;
}

std::string_view take_word(std::string_view& text) {
  const auto space = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, space);
  text.remove_prefix(std::min(space + 1, text.size()));
  return word;
}

std::unexpected<Error> malformed() {
  return fail(TransportError::bad_inherited_socket, std::string(variable) + " is malformed");
}

bool is_handed_over(std::string_view name) {
  const std::string first = handed_over_name(0);
  return name.starts_with(std::string_view(first).substr(0, first.size() - 1));
}

// The one in the same place as in the process before, unless it is somewhere else by now; or one
// that has come into another place.
Endpoint* endpoint_of(const InheritedSocket& socket, const std::vector<Endpoint*>& endpoints) {
  const int fd = socket.endpoint.bound_fd;
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    if (socket.name == handed_over_name(i) && is_bound_to(fd, *endpoints[i])) return endpoints[i];
  }
  for (Endpoint* const endpoint : endpoints) {
    if (endpoint->port != 0 && is_bound_to(fd, *endpoint)) return endpoint;
  }
  return nullptr;
}

bool close_on_exec(int fd) { return ::fcntl(fd, F_SETFD, FD_CLOEXEC) == 0; }

}  // namespace

Result<Successor> Successor::start(const std::string& program,
                                   const std::vector<std::string>& arguments,
                                   const std::vector<ListeningSocket>& sockets) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return cannot_start(errno);
  FileDescriptor here(ends[0]);
  const FileDescriptor there(ends[1]);
  Spawning spawning;
  spawning.keep(there.get());
  std::string text = std::string(variable) + "=" + std::to_string(there.get());
  for (const ListeningSocket& socket : sockets) {
    spawning.keep(socket.fd);
    std::string name = socket.name;  // a service manager's may hold spaces
    std::ranges::replace(name, ' ', '_');
    text += " " + name + "=" + std::to_string(socket.fd);
  }
  std::vector<std::string> variables = variables_for_a_child();
  variables.push_back(std::move(text));
  pid_t process = 0;
  if (const int error = spawning.run(process, program, arguments, std::move(variables))) {
    return cannot_start(error);
  }
  return Successor(process, std::move(here));
}

Successor::State Successor::look_within(std::chrono::milliseconds time) {
  if (state_ != State::starting) return state_;
  pollfd wait{.fd = word_.get(), .events = POLLIN, .revents = 0};
  if (::poll(&wait, 1, static_cast<int>(time.count())) <= 0) return state_;
  char byte = 0;
  if (::read(word_.get(), &byte, 1) == 1) {
    state_ = State::serving;
  } else {
    give_up();
  }
  return state_;
}

void Successor::give_up() {
  if (state_ != State::starting) return;
  state_ = State::failed;
  ::kill(process_, SIGKILL);  // it may have closed the pipe and live on
  ::waitpid(process_, nullptr, 0);
}

Result<Predecessor> Predecessor::find() {
  Predecessor found;
  const char* value = std::getenv(std::string(variable).c_str());
  if (value == nullptr) return found;
  const std::string copy(value);
  ::unsetenv(std::string(variable).c_str());
  std::string_view text = copy;
  const auto word = descriptor(take_word(text));
  if (!word || !close_on_exec(*word)) return malformed();
  found.word_ = FileDescriptor(*word);
  while (!text.empty()) {
    const std::string_view entry = take_word(text);
    const auto equals = entry.rfind('=');
    const auto fd =
        equals == std::string_view::npos ? std::nullopt : descriptor(entry.substr(equals + 1));
    if (!fd || !close_on_exec(*fd)) return malformed();
    std::string name(entry.substr(0, equals));
    if (!is_listening_stream(*fd)) {
      return fail(
          TransportError::bad_inherited_socket,
          "descriptor " + std::to_string(*fd) + " (" + name + ") is no stream socket that listens");
    }
    found.sockets_.push_back({std::move(name), {.bound_fd = *fd}});
  }
  return found;
}

void Predecessor::tell_that_it_serves() {
  if (!word_) return;
  const char byte = '1';
  // When it has gone meanwhile, there is nobody to wait for; SIGPIPE is ignored by servers.
  [[maybe_unused]] const ssize_t written = ::write(word_.get(), &byte, 1);
  word_.reset();
}

void adopt(const std::vector<InheritedSocket>& sockets, Options& options) {
  std::vector<Endpoint*> wanted{&options.endpoint};
  for (Endpoint& endpoint : options.endpoints) wanted.push_back(&endpoint);
  std::vector<Endpoint> activated;
  for (const InheritedSocket& socket : sockets) {
    const int fd = socket.endpoint.bound_fd;
    if (!is_handed_over(socket.name)) {
      activated.push_back(socket.endpoint);
      activated.back().name = socket.name;
    } else if (Endpoint* const endpoint = endpoint_of(socket, wanted)) {
      endpoint->inherited_fds.push_back(fd);
    } else {
      ::close(fd);
    }
  }
  if (activated.empty()) return;
  for (const int fd : options.endpoint.inherited_fds) ::close(fd);
  options.endpoint = std::move(activated.front());
  options.endpoints.insert(options.endpoints.end(), activated.begin() + 1, activated.end());
}

}  // namespace quickclinic::transport
