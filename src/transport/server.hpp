#pragma once

#include "transport/options.hpp"
#include "transport/shard.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace quickclinic::transport {

/// A socket that listens, and what it is called when another process takes it over: as the service
/// manager called it, or by the place of its endpoint (`handed_over_name`).
struct ListeningSocket {
  std::string name;
  int fd = -1;  ///< borrowed
};

/// `position`: 0 for `Options::endpoint`, then those of `Options::endpoints`.
std::string handed_over_name(std::size_t position);

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

  /// Of all endpoints, in the order of the options; known once `start` has succeeded.
  const std::vector<std::uint16_t>& ports() const noexcept { return ports_; }
  unsigned shard_count() const noexcept { return static_cast<unsigned>(shards_.size()); }
  Shard& shard(unsigned index) const noexcept { return *shards_[index]; }
  std::size_t session_count() const noexcept;

  /// What it listens on, for a `Successor`; none after `stop_accepting` or `leave_sockets`.
  std::vector<ListeningSocket> listening() const;
  /// Serves new connections with this certificate from here on; those that are there keep theirs.
  void use_tls(const std::shared_ptr<const TlsContext>& tls);
  /// No new connections from here on.
  void stop_accepting();
  /// The same when another process listens on these sockets too: whoever is in the middle of
  /// connecting gets in there, and the file of a Unix socket stays.
  void leave_sockets();
  /// Ends all sessions, spread over `window`.
  void close_sessions(std::chrono::milliseconds window);
  /// Ends all threads and waits for them.
  void stop();

 private:
  struct Copy {
    std::string name;
    FileDescriptor socket;
  };

  Result<std::uint16_t> listen(Endpoint endpoint, std::size_t position);

  Options options_;
  std::vector<std::uint16_t> ports_;
  Shard::Siblings shards_;
  std::vector<SocketFile> socket_files_;
  std::vector<Copy> copies_;  // of all listening sockets, which the shards own
  std::vector<std::thread> threads_;
};

}  // namespace quickclinic::transport
