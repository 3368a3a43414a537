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
  std::size_t undecided_events_max =
      1000;  ///< of one socket, held by middleware that takes its time; more are refused
};

/// Connection state recovery: a client that was cut off and comes back in time has its id, rooms
/// and data again, and gets the packets that it missed.
struct RecoverySettings {
  /// How long a client may be gone. 0: there is no recovery.
  std::chrono::milliseconds disconnection_max{0};
  /// Clients may come back to any node of the cluster. Wants an adapter that keeps their sessions
  /// (`cluster::StreamsOptions`), and clients that have received an event with an offset before, as
  /// with Node. Broadcasts take a round trip to Redis then, also to this node's own clients; what a
  /// client is to find again in `Socket::data()` has to be JSON, and is a `json::Value` there.
  bool across_nodes = false;
  /// Let a client that is recovered in without asking the middleware. Node does; but then a client
  /// whose rights were taken away meanwhile is back.
  bool skip_middleware = false;
  /// How long a connection can be dead before the server notices: ping interval and timeout
  /// together. Packets are kept for so much longer.
  std::chrono::milliseconds silence_max{45'000};
  std::size_t sessions_max = 100'000;  ///< kept by one shard; the oldest goes
  std::size_t packets_max = 100'000;   ///< of one namespace, kept by one shard
  std::size_t bytes_max = 64'000'000;  ///< the same; who has missed one that went is not recovered
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
  RecoverySettings recovery;
  /// How packets are encoded; clients have to do the same. Null: the protocol's own format.
  std::shared_ptr<const Parser> parser;  // owners: the shards, all of which use the one object
  Limits limits;
  /// Namespaces that one parent has made on a shard and that are still there; clients who ask for
  /// more are told that there is none.
  std::size_t child_namespaces_max = 100'000;
  /// Functions that wait on one shard for answers from others: up to five for a question to many
  /// clients, one for other requests. Further requests fail at once.
  std::size_t open_callbacks_max = 100'000;
};

}  // namespace quickclinic::socketio
