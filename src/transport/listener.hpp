#pragma once

#include "base/result.hpp"
#include "base/timer_wheel.hpp"
#include "transport/endpoint.hpp"
#include "transport/file_descriptor.hpp"
#include "transport/peer_address.hpp"
#include "transport/poller.hpp"

#include <cstdint>
#include <functional>
#include <memory>

namespace quickclinic::transport {

/// Takes a new connection: non-blocking, close-on-exec, without Nagle's delay.
using AcceptHandler = std::function<void(FileDescriptor socket, const PeerAddress& peer)>;

/// The listening socket of one shard: its own on a port (SO_REUSEPORT), where the kernel spreads
/// the connections over the shards, or one that all of them accept from, first come, first served.
///
/// Owned by the shard, called on its thread, and gone before its Poller and TimerWheel. When the
/// process or the machine has no descriptor or memory left for a connection, it stops polling for
/// 100 ms instead of spinning, as often as needed, and logs the beginning and the end of the
/// shortage once.
class Listener final : private Pollable {
 public:
  /// Accepts from `socket`, as `open_listening_socket` gives it. `poll_failed` when the kernel
  /// refuses.
  static Result<std::unique_ptr<Listener>> open(Poller& poller, TimerWheel& wheel,
                                                FileDescriptor socket, AcceptHandler handler);

  ~Listener() { stop(); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// The port, also when the kernel has chosen it; 0 for a Unix socket.
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
