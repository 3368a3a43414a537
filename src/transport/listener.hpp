#pragma once

#include "base/result.hpp"
#include "base/timer_wheel.hpp"
#include "transport/file_descriptor.hpp"
#include "transport/peer_address.hpp"
#include "transport/poller.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace quickclinic::transport {

/// Where to listen.
struct Endpoint {
  std::string host =
      "0.0.0.0";           ///< a numeric IPv4 or IPv6 address, or `localhost`; `::` takes IPv4 too
  std::uint16_t port = 0;  ///< 0: the kernel chooses
  int bound_fd =
      -1;  ///< a socket that is bound already; taken over, host and port are then ignored
};

/// Takes a new connection: non-blocking, close-on-exec, without Nagle's delay.
using AcceptHandler = std::function<void(FileDescriptor socket, const PeerAddress& peer)>;

/// The listening socket of one shard. Every shard has its own on the same port (SO_REUSEPORT), and
/// the kernel spreads the connections over them.
///
/// Owned by the shard, called on its thread, and gone before its Poller and TimerWheel. When the
/// process or the machine has no descriptor or memory left for a connection, it stops polling for
/// 100 ms instead of spinning, as often as needed, and logs the beginning and the end of the
/// shortage once.
class Listener final : private Pollable {
 public:
  /// Listens at once. `bad_address`, `port_in_use`, `no_permission` and `listen_failed` carry a
  /// sentence for the operator. Since the port is shared between shards, it is also shared with any
  /// other process of the same user that asks for sharing: call `check_port_free` once before the
  /// first.
  static Result<std::unique_ptr<Listener>> open(Poller& poller, TimerWheel& wheel,
                                                const Endpoint& endpoint, AcceptHandler handler);

  /// Whether nobody listens there yet, sharing or not. Connections in TIME_WAIT do not count.
  static Result<> check_port_free(const Endpoint& endpoint);

  ~Listener() { stop(); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// The port, also when the kernel has chosen it.
  std::uint16_t port() const noexcept { return port_; }
  bool paused() const noexcept { return resume_.armed(); }
  /// Closes the socket. May be called from the handler, and again.
  void stop() noexcept;

 private:
  Listener(Poller& poller, TimerWheel& wheel, FileDescriptor socket, AcceptHandler handler);

  void on_ready(std::uint32_t events) override;
  void pause(int error);
  void resume();

  Poller& poller_;
  TimerWheel& wheel_;
  FileDescriptor socket_;
  AcceptHandler handler_;
  std::uint16_t port_ = 0;
  bool short_of_resources_ = false;
  Timer resume_;
};

}  // namespace quickclinic::transport
