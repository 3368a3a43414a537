#pragma once

#include "socketio/packet_log.hpp"
#include "socketio/socket_data.hpp"
#include "socketio/socket_id.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace quickclinic::socketio {

/// A session that one shard has given away: the client has come back, to any shard.
struct Restored {
  SocketId id;
  std::string session;
  std::vector<std::string> rooms;  ///< without its own
  SocketData data;
  std::vector<BroadcastPtr> missed;
  PacketLog::Marks seen;  ///< what is in front of them was sent to it, or is in `missed`
  TimePoint gone_at;
};

/// What a socket has to know about itself to be recovered one day. There only when recovery is on.
struct RecoveryState {
  std::string session;      ///< the private id that the client shows to come back
  bool recovered = false;   ///< it has come back by it
  bool kept = false;        ///< it has gone, and may come back
  std::string presented;    ///< the offset with which the client came
  std::uint64_t since = 0;  ///< the place in the log where it joined
  /// What it was sent when it came back, and what it had been sent elsewhere by then.
  std::vector<BroadcastPtr> replayed;
  PacketLog::Marks seen;
  std::unique_ptr<Restored> restored;  ///< while the middleware thinks about it
};

/// A socket that has gone and may come back.
struct KeptSession {
  std::string nsp;
  SocketId id;
  std::vector<std::string> rooms;  ///< without its own
  SocketData data;
  RecoveryState state;
  TimePoint gone_at;
};

}  // namespace quickclinic::socketio
