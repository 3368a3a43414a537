#include "transport/listener.hpp"

#include "base/log.hpp"
#include "transport/transport_error.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <netdb.h>
#include <utility>

namespace quickclinic::transport {
namespace {

constexpr int backlog =
    4096;  // a reconnect storm of a whole clinic fits; the kernel lowers it to somaxconn
constexpr unsigned accepts_per_wake_max =
    64;  // so that the open connections of the shard are not kept waiting
constexpr std::chrono::milliseconds pause_length{100};

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

Result<Address> resolve(const Endpoint& endpoint) {
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
  const std::string port = std::to_string(endpoint.port);
  switch (error) {
    case EADDRINUSE:
      return fail(TransportError::port_in_use, "port " + port + " is in use");
    case EACCES:
    case EPERM:
      return fail(TransportError::no_permission, "no permission to listen on port " + port);
    case EADDRNOTAVAIL:
      return fail(TransportError::bad_address,
                  endpoint.host + " is not an address of this machine");
    default:
      return fail(TransportError::listen_failed,
                  "cannot listen on " + endpoint.host + " port " + port + ": " + reason(error));
  }
}

void set_option(int fd, int level, int name, int value) {
  ::setsockopt(fd, level, name, &value, sizeof value);
}

Result<FileDescriptor> bind_socket(const Endpoint& endpoint, Sharing sharing) {
  const auto address = resolve(endpoint);
  if (!address) return std::unexpected(address.error());
  const int family = address->get()->sa_family;
  FileDescriptor socket(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return bind_failure(errno, endpoint);
  // Without it a restart would have to wait for the connections of the last run to leave TIME_WAIT.
  set_option(socket.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  if (sharing == Sharing::between_shards) set_option(socket.get(), SOL_SOCKET, SO_REUSEPORT, 1);
  if (family == AF_INET6) set_option(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0);
  if (::bind(socket.get(), address->get(), address->size) != 0)
    return bind_failure(errno, endpoint);
  return socket;
}

Result<FileDescriptor> listening_socket(const Endpoint& endpoint) {
  Result<FileDescriptor> socket = FileDescriptor(endpoint.bound_fd);
  if (!*socket) socket = bind_socket(endpoint, Sharing::between_shards);
  if (!socket) return socket;
  // Connections inherit it, which saves a system call for each.
  set_option(socket->get(), IPPROTO_TCP, TCP_NODELAY, 1);
  if (::listen(socket->get(), backlog) != 0) return bind_failure(errno, endpoint);
  return socket;
}

std::uint16_t local_port(int fd) {
  Address address;
  address.size = sizeof address.storage;
  if (::getsockname(fd, address.get(), &address.size) != 0) return 0;
  return PeerAddress(*address.get()).port();
}

bool out_of_resources(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

Result<> Listener::check_port_free(const Endpoint& endpoint) {
  if (endpoint.bound_fd >= 0) return {};
  const auto probe = bind_socket(endpoint, Sharing::exclusive);
  if (!probe) return std::unexpected(probe.error());
  return {};
}

Result<std::unique_ptr<Listener>> Listener::open(Poller& poller, TimerWheel& wheel,
                                                 const Endpoint& endpoint, AcceptHandler handler) {
  auto socket = listening_socket(endpoint);
  if (!socket) return std::unexpected(socket.error());
  std::unique_ptr<Listener> listener(
      new Listener(poller, wheel, *std::move(socket), std::move(handler)));
  const auto added = poller.add(listener->socket_.get(), *listener, EPOLLIN);
  if (!added) return std::unexpected(added.error());
  return listener;
}

Listener::Listener(Poller& poller, TimerWheel& wheel, FileDescriptor socket, AcceptHandler handler)
    : poller_(poller),
      wheel_(wheel),
      socket_(std::move(socket)),
      handler_(std::move(handler)),
      port_(local_port(socket_.get())),
      resume_([](void* self, TimePoint) { static_cast<Listener*>(self)->resume(); }, this) {}

void Listener::stop() noexcept {
  if (!socket_) return;
  resume_.cancel();
  poller_.remove(socket_.get(), *this);
  socket_.reset();
}

void Listener::on_ready(std::uint32_t) {
  for (unsigned count = 0; count < accepts_per_wake_max; ++count) {
    Address peer;
    peer.size = sizeof peer.storage;
    FileDescriptor socket(
        ::accept4(socket_.get(), peer.get(), &peer.size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket) {
      if (errno == EAGAIN || errno == EWOULDBLOCK) return;
      if (out_of_resources(errno)) return pause(errno);
      continue;  // what failed is that one connection, which is gone (accept(2), "Error handling")
    }
    if (std::exchange(short_of_resources_, false)) log::info("accepting connections again");
    handler_(std::move(socket), PeerAddress(*peer.get()));
    if (!socket_) return;  // the handler has stopped us
  }
}

void Listener::pause(int error) {
  if (!std::exchange(short_of_resources_, true)) {
    log::warn("no resources for a new connection, accepting more slowly",
              {{"reason", reason(error)}, {"port", port_}});
  }
  poller_.remove(socket_.get(), *this);
  wheel_.arm(resume_, Clock::now() + pause_length);
}

void Listener::resume() {
  // Without a descriptor the kernel can still refuse; then there is another try, as for a failed
  // accept.
  if (!poller_.add(socket_.get(), *this, EPOLLIN)) wheel_.arm(resume_, Clock::now() + pause_length);
}

}  // namespace quickclinic::transport
