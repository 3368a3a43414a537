#pragma once

#include "transport/options.hpp"
#include "transport/shard.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace quickclinic::transport {

/// All shards of a server and their threads. Made and ended by one thread, which is none of theirs.
class Server {
 public:
  /// Sets up one shard: namespaces, handlers, HTTP. Called for each shard in turn, before any
  /// client comes.
  using Setup = std::function<void(Shard&)>;

  explicit Server(Options options) : options_(std::move(options)) {}
  /// Stops at once what still runs.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Makes the shards, listens everywhere, and starts the threads. Answers the port of the first
  /// endpoint that has one. Fails with a sentence for the operator.
  Result<std::uint16_t> start(const Setup& setup);

  unsigned shard_count() const noexcept { return static_cast<unsigned>(shards_.size()); }
  Shard& shard(unsigned index) const noexcept { return *shards_[index]; }
  std::size_t session_count() const noexcept;

  /// No new connections from here on.
  void stop_accepting();
  /// Ends all sessions, spread over `window`.
  void close_sessions(std::chrono::milliseconds window);
  /// Ends all threads and waits for them.
  void stop();

 private:
  Result<std::uint16_t> listen(Endpoint endpoint);

  Options options_;
  Shard::Siblings shards_;
  std::vector<SocketFile> socket_files_;
  std::vector<std::thread> threads_;
};

}  // namespace quickclinic::transport
