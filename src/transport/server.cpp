#include "transport/server.hpp"

#include "transport/endpoint.hpp"
#include "transport/transport_error.hpp"

#include <system_error>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <utility>

namespace quickclinic::transport {
namespace {

Result<FileDescriptor> duplicate(const FileDescriptor& socket) {
  FileDescriptor copy(::fcntl(socket.get(), F_DUPFD_CLOEXEC, 0));
  if (!copy) return fail(TransportError::listen_failed, std::generic_category().message(errno));
  return copy;
}

}  // namespace

std::string handed_over_name(std::size_t position) {
  return "handed-over-" + std::to_string(position);
}

Server::~Server() {
  stop();
  for (const auto& shard : shards_) shard->end_sessions();
}

Result<std::uint16_t> Server::start(const Setup& setup) {
  std::vector<Endpoint> endpoints{options_.endpoint};
  endpoints.insert(endpoints.end(), options_.endpoints.begin(), options_.endpoints.end());
  for (const Endpoint& endpoint : endpoints) {
    if (const Result<> free = check_free(endpoint); !free) return std::unexpected(free.error());
  }
  for (unsigned i = 0; i < options_.shards; ++i) {
    auto shard = Shard::open(i, options_, shards_);
    if (!shard) return std::unexpected(shard.error());
    shards_.push_back(std::move(*shard));
  }
  if (options_.adapter) {
    socketio::Server& first = shards_.front()->io();
    first.cluster().set_adapter(options_.adapter(first.node()));
  }
  for (const auto& shard : shards_) setup(*shard);
  std::uint16_t first_port = 0;
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    const Result<std::uint16_t> port = listen(endpoints[i], i);
    if (!port) return port;
    ports_.push_back(*port);
    if (first_port == 0) first_port = *port;
  }
  for (const auto& shard : shards_) threads_.emplace_back([&shard] { shard->run(); });
  return first_port;
}

Result<std::uint16_t> Server::listen(Endpoint endpoint, std::size_t position) {
  const std::string name = endpoint.name.empty() ? handed_over_name(position) : endpoint.name;
  std::vector<FileDescriptor> sockets;
  for (const int fd : endpoint.inherited_fds) {
    Result<FileDescriptor> socket = open_listening_socket({.bound_fd = fd});
    if (!socket) return std::unexpected(socket.error());
    sockets.push_back(std::move(*socket));
  }
  if (sockets.empty() && endpoint.one_socket()) {
    Result<FileDescriptor> socket = open_listening_socket(endpoint);
    if (!socket) return std::unexpected(socket.error());
    sockets.push_back(std::move(*socket));
  }
  if (endpoint.bound_fd < 0 && endpoint.unix_path()) {
    socket_files_.emplace_back(*endpoint.unix_path());
  }
  const std::size_t own = sockets.size();
  for (std::size_t i = 0; i < std::max(own, shards_.size()); ++i) {
    // One alone is shared; of several, none may go: each may have clients in its queue.
    Result<FileDescriptor> socket = own == 1  ? duplicate(sockets.front())
                                    : i < own ? std::move(sockets[i])
                                              : open_listening_socket(endpoint);
    if (!socket) return std::unexpected(socket.error());
    if (own != 1 || i == 0) {
      Result<FileDescriptor> copy = duplicate(*socket);
      if (!copy) return std::unexpected(copy.error());
      copies_.push_back({name, std::move(*copy)});
    }
    const Result<std::uint16_t> port =
        shards_[i % shards_.size()]->listen(std::move(*socket), endpoint.door);
    if (!port) return port;
    endpoint.port = *port;  // where the kernel chose, the others follow
  }
  return endpoint.port;
}

std::vector<ListeningSocket> Server::listening() const {
  std::vector<ListeningSocket> sockets;
  for (const Copy& copy : copies_) sockets.push_back({copy.name, copy.socket.get()});
  return sockets;
}

std::size_t Server::session_count() const noexcept {
  std::size_t count = 0;
  for (const auto& shard : shards_) count += shard->session_count();
  return count;
}

void Server::stop_accepting() {
  socket_files_.clear();  // the next server may take their places while this one drains
  leave_sockets();
}

void Server::leave_sockets() {
  for (SocketFile& file : socket_files_) file.leave();
  copies_.clear();
  for (const auto& shard : shards_) shard->post([&shard] { shard->stop_accepting(); });
}

void Server::use_tls(const std::shared_ptr<const TlsContext>& tls) {
  for (const auto& shard : shards_) shard->post([&shard, tls] { shard->use_tls(tls); });
}

void Server::close_sessions(std::chrono::milliseconds window) {
  for (const auto& shard : shards_)
    shard->post([&shard, window] { shard->close_sessions(window); });
}

void Server::stop() {
  for (const auto& shard : shards_) shard->post([&shard] { shard->stop(); });
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

}  // namespace quickclinic::transport
