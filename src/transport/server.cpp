#include "transport/server.hpp"

#include <utility>

namespace quickclinic::transport {

Server::~Server() { stop(); }

Result<std::uint16_t> Server::start(const Setup& setup) {
  Endpoint endpoint = options_.endpoint;
  if (const Result<> free = Listener::check_port_free(endpoint); !free)
    return std::unexpected(free.error());
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
  for (const auto& shard : shards_) {
    const Result<std::uint16_t> port = shard->listen(endpoint);
    if (!port) return port;
    endpoint.port = *port;  // where the kernel chose, the others follow
  }
  for (const auto& shard : shards_) threads_.emplace_back([&shard] { shard->run(); });
  return endpoint.port;
}

std::size_t Server::session_count() const noexcept {
  std::size_t count = 0;
  for (const auto& shard : shards_) count += shard->session_count();
  return count;
}

void Server::stop_accepting() {
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
