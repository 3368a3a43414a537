#include "transport/server.hpp"

#include "transport/endpoint.hpp"
#include "transport/transport_error.hpp"

#include <system_error>

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
  for (Endpoint& endpoint : endpoints) {
    const Result<std::uint16_t> port = listen(endpoint);
    if (!port) return port;
    if (first_port == 0) first_port = *port;
  }
  for (const auto& shard : shards_) threads_.emplace_back([&shard] { shard->run(); });
  return first_port;
}

Result<std::uint16_t> Server::listen(Endpoint endpoint) {
  FileDescriptor shared;
  if (endpoint.one_socket()) {
    Result<FileDescriptor> socket = open_listening_socket(endpoint);
    if (!socket) return std::unexpected(socket.error());
    shared = std::move(*socket);
    if (endpoint.bound_fd < 0) socket_files_.emplace_back(*endpoint.unix_path());
  }
  for (const auto& shard : shards_) {
    Result<FileDescriptor> socket = shared ? duplicate(shared) : open_listening_socket(endpoint);
    if (!socket) return std::unexpected(socket.error());
    const Result<std::uint16_t> port = shard->listen(std::move(*socket));
    if (!port) return port;
    endpoint.port = *port;  // where the kernel chose, the others follow
  }
  return endpoint.port;
}

std::size_t Server::session_count() const noexcept {
  std::size_t count = 0;
  for (const auto& shard : shards_) count += shard->session_count();
  return count;
}

void Server::stop_accepting() {
  socket_files_.clear();  // the next server may take their places while this one drains
  for (const auto& shard : shards_) shard->post([&shard] { shard->stop_accepting(); });
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
