#pragma once

#include <chrono>
#include <cstddef>

namespace quickclinic::engineio {

/// What one session may hold. Past a bound it is closed with its reason; see `Session::send`.
struct Limits {
  /// One message from the client, and one polling body: the protocol's `maxPayload`. Enough for any
  /// text, small enough that ten thousand half-sent messages fit into memory.
  std::size_t payload_bytes_max = 1'000'000;
  /// Packets waiting for a client that does not read. A client that is this far behind reconnects
  /// and catches up for less than its backlog costs.
  std::size_t queue_packets_max = 8192;
  /// The same in bytes of encoded frames.
  std::size_t queue_bytes_max = 4'000'000;
};

/// Settings of an Engine.IO server; the defaults are those of the Node server.
struct Settings {
  std::chrono::milliseconds ping_interval{25000};
  std::chrono::milliseconds ping_timeout{20000};
  std::chrono::milliseconds upgrade_timeout{10000};
  /// When a session becomes a WebSocket, how long a GET may wait for something to say before a noop
  /// ends it.
  std::chrono::milliseconds upgrade_noop_delay{100};
  bool allow_upgrades = true;
  /// Serve clients of protocol 3 too (Socket.IO 2). They name it in `EIO`, or name none.
  bool allow_eio3 = false;
  Limits limits;
};

}  // namespace quickclinic::engineio
