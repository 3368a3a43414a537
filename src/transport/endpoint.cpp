#include "transport/endpoint.hpp"

#include "transport/peer_address.hpp"
#include "transport/transport_error.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <netdb.h>
#include <utility>

namespace quickclinic::transport {
namespace {

constexpr std::string_view unix_prefix = "unix:";
constexpr int backlog =
    4096;  // a reconnect storm of a whole clinic fits; the kernel lowers it to somaxconn

enum class Sharing { exclusive, between_shards };

std::string reason(int error) {
  const char* words = strerrordesc_np(error);  // unlike strerror, safe in any thread
  return words != nullptr ? words : "error " + std::to_string(error);
}

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

Result<Address> unix_address(std::string_view path) {
  sockaddr_un name{};
  if (path.empty() || path.size() >= sizeof name.sun_path) {
    return fail(TransportError::bad_address, "the path of a Unix socket has 1 to " +
                                                 std::to_string(sizeof name.sun_path - 1) +
                                                 " bytes, not " + std::to_string(path.size()));
  }
  name.sun_family = AF_UNIX;
  std::memcpy(name.sun_path, path.data(), path.size());
  Address address;
  address.size = sizeof name;
  std::memcpy(&address.storage, &name, sizeof name);
  return address;
}

Result<Address> resolve(const Endpoint& endpoint) {
  if (const auto path = endpoint.unix_path()) return unix_address(*path);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV;
  const std::string host = endpoint.host == "localhost" ? "127.0.0.1" : endpoint.host;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), std::to_string(endpoint.port).c_str(), &hints, &found) != 0) {
    return fail(TransportError::bad_address, "\"" + endpoint.host + "\" is not an IP address");
  }
  Address address;
  address.size = found->ai_addrlen;
  std::memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
  ::freeaddrinfo(found);
  return address;
}

std::unexpected<Error> bind_failure(int error, const Endpoint& endpoint) {
  const auto path = endpoint.unix_path();
  const std::string where = path ? std::string(*path) : "port " + std::to_string(endpoint.port);
  switch (error) {
    case EADDRINUSE:
      return fail(TransportError::port_in_use, where + " is in use");
    case EACCES:
    case EPERM:
      return fail(TransportError::no_permission, "no permission to listen on " + where);
    case EADDRNOTAVAIL:
      return fail(TransportError::bad_address,
                  endpoint.host + " is not an address of this machine");
    default:
      return fail(TransportError::listen_failed, "cannot listen on " +
                                                     (path ? where : endpoint.host + " " + where) +
                                                     ": " + reason(error));
  }
}

void set_option(int fd, int level, int name, int value) {
  ::setsockopt(fd, level, name, &value, sizeof value);
}

FileDescriptor new_socket(int family) {
  return FileDescriptor(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

Result<FileDescriptor> bind_port(const Endpoint& endpoint, const Address& address,
                                 Sharing sharing) {
  const int family = address.get()->sa_family;
  FileDescriptor socket = new_socket(family);
  if (!socket) return bind_failure(errno, endpoint);
  // Without it a restart would have to wait for the connections of the last run to leave TIME_WAIT.
  set_option(socket.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  if (sharing == Sharing::between_shards) set_option(socket.get(), SOL_SOCKET, SO_REUSEPORT, 1);
  if (family == AF_INET6) set_option(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0);
  if (::bind(socket.get(), address.get(), address.size) != 0) return bind_failure(errno, endpoint);
  return socket;
}

// 0 when somebody listens to the Unix socket, else the error of a connection to it.
int error_of_a_connection(const Address& address) {
  const FileDescriptor socket = new_socket(AF_UNIX);
  if (!socket) return errno;
  if (::connect(socket.get(), address.get(), address.size) == 0) return 0;
  return errno == EAGAIN ? 0 : errno;  // its backlog is full: somebody is there
}

// Removes what a server has left behind that could not clean up.
void remove_stale_file(const std::string& path, const Address& address) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return;
  if (error_of_a_connection(address) == ECONNREFUSED) ::unlink(path.c_str());
}

Result<FileDescriptor> bind_file(const Endpoint& endpoint, const Address& address) {
  const std::string path(*endpoint.unix_path());
  remove_stale_file(path, address);
  FileDescriptor socket = new_socket(AF_UNIX);
  if (!socket || ::bind(socket.get(), address.get(), address.size) != 0) {
    return bind_failure(errno, endpoint);
  }
  // Nobody can connect before `listen`, so the umask's mode never counts.
  if (::chmod(path.c_str(), endpoint.unix_mode) != 0) {
    const int error = errno;
    ::unlink(path.c_str());
    return bind_failure(error, endpoint);
  }
  return socket;
}

Result<FileDescriptor> take_over(int fd) {
  FileDescriptor socket(fd);
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 ||
      ::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
    return fail(TransportError::listen_failed,
                "descriptor " + std::to_string(fd) + ": " + reason(errno));
  }
  return socket;
}

Result<FileDescriptor> bind_socket(const Endpoint& endpoint) {
  if (endpoint.bound_fd >= 0) return take_over(endpoint.bound_fd);
  const auto address = resolve(endpoint);
  if (!address) return std::unexpected(address.error());
  if (endpoint.unix_path()) return bind_file(endpoint, *address);
  return bind_port(endpoint, *address, Sharing::between_shards);
}

bool listens(int fd) {
  int value = 0;
  socklen_t size = sizeof value;
  return ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &value, &size) == 0 && value != 0;
}

}  // namespace

std::optional<std::string_view> Endpoint::unix_path() const noexcept {
  if (!host.starts_with(unix_prefix)) return std::nullopt;
  return std::string_view(host).substr(unix_prefix.size());
}

Result<FileDescriptor> open_listening_socket(const Endpoint& endpoint) {
  Result<FileDescriptor> socket = bind_socket(endpoint);
  if (!socket) return socket;
  // Connections inherit it, which saves a system call for each. A Unix socket has no such delay.
  set_option(socket->get(), IPPROTO_TCP, TCP_NODELAY, 1);
  // Whoever made a socket that listens already has chosen its backlog too.
  if (!listens(socket->get()) && ::listen(socket->get(), backlog) != 0) {
    return bind_failure(errno, endpoint);
  }
  return socket;
}

Result<> check_free(const Endpoint& endpoint) {
  if (endpoint.bound_fd >= 0 || !endpoint.inherited_fds.empty()) return {};
  const auto address = resolve(endpoint);
  if (!address) return std::unexpected(address.error());
  if (endpoint.unix_path()) {
    if (error_of_a_connection(*address) == 0) return bind_failure(EADDRINUSE, endpoint);
    return {};
  }
  const auto probe = bind_port(endpoint, *address, Sharing::exclusive);
  if (!probe) return std::unexpected(probe.error());
  return {};
}

bool is_bound_to(int fd, const Endpoint& endpoint) {
  const auto wanted = resolve(endpoint);
  Address found;
  found.size = sizeof found.storage;
  if (!wanted || ::getsockname(fd, found.get(), &found.size) != 0) return false;
  if (endpoint.unix_path()) {
    return std::memcmp(found.get(), wanted->get(), sizeof(sockaddr_un)) == 0;
  }
  const PeerAddress here(*found.get());
  const PeerAddress there(*wanted->get());
  return found.get()->sa_family == wanted->get()->sa_family && here.text() == there.text() &&
         (endpoint.port == 0 || here.port() == endpoint.port);
}

std::uint16_t local_port(int fd) noexcept {
  Address address;
  address.size = sizeof address.storage;
  if (::getsockname(fd, address.get(), &address.size) != 0) return 0;
  return PeerAddress(*address.get()).port();
}

SocketFile::SocketFile(std::string_view path) : path_(path) {
  struct stat status{};
  if (::lstat(path_.c_str(), &status) != 0) {
    path_.clear();
    return;
  }
  device_ = status.st_dev;
  inode_ = status.st_ino;
}

SocketFile::SocketFile(SocketFile&& other) noexcept
    : path_(std::exchange(other.path_, {})), device_(other.device_), inode_(other.inode_) {}

void SocketFile::remove() noexcept {
  struct stat status{};
  if (!path_.empty() && ::lstat(path_.c_str(), &status) == 0 && status.st_dev == device_ &&
      status.st_ino == inode_) {
    ::unlink(path_.c_str());
  }
  path_.clear();
}

}  // namespace quickclinic::transport
