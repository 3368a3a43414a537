#pragma once

#include "socketio/packet.hpp"
#include "socketio/parser.hpp"

#include <chrono>
#include <cstddef>
#include <memory>

namespace quickclinic::socketio {

/// What one client may hold.
struct Limits {
  PacketLimits packet;
  std::size_t namespaces_max = 64;  ///< joined or being joined by one client
  std::size_t rooms_per_socket_max = 100'000;
  std::size_t pending_acks_max =
      10'000;  ///< asked of one socket and not answered yet; more fail at once
};

/// Settings of a Socket.IO server; the defaults are those of the Node server.
struct Settings {
  /// A client that has joined no namespace by then is closed.
  std::chrono::milliseconds connect_timeout{45000};
  /// Keep the handshake (headers, query, auth) as long as the socket lives. Without it an idle
  /// socket is about a kilobyte smaller, and `Socket::handshake()` is null once the connection
  /// handlers have run.
  bool keep_handshake = true;
  /// A namespace that a parent has made goes when the last socket has left it.
  bool cleanup_empty_child_namespaces = false;
  /// How packets are encoded; clients have to do the same. Null: the protocol's own format.
  std::shared_ptr<const Parser> parser;  // owners: the shards, all of which use the one object
  Limits limits;
};

}  // namespace quickclinic::socketio
