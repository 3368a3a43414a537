#pragma once

#include "base/result.hpp"
#include "server/services.hpp"
#include "transport/server.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace quickclinic::server {

/// `/metrics` on a port of its own, in plain HTTP and with a thread of its own: what is to be seen
/// when the shards are busy does not wait for them, and connections of clients take no place of it.
///
/// Made and ended by the program's main thread. It asks the shards of the chat, so that it goes
/// after these.
class MetricsServer {
 public:
  explicit MetricsServer(std::string host, std::uint16_t port);

  /// Fails with a sentence when somebody else has the port.
  Result<> check_free() const { return transport::check_free(endpoint_); }
  /// Begins to answer about the shards that `any` is one of. Answers the port. `wait`: how long a
  /// process before this one may take to let go of it; blocks meanwhile.
  Result<std::uint16_t> start(Services& services, transport::Shard& any,
                              std::chrono::milliseconds wait);
  /// Lets go of the port, for the process that takes over.
  void leave_port() { server_.stop_accepting(); }
  /// Ends the thread; for when the shards have stopped.
  void stop() { server_.stop(); }

 private:
  transport::Endpoint endpoint_;
  transport::Server server_;
};

}  // namespace quickclinic::server
