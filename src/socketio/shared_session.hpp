#pragma once

#include "json/json.hpp"
#include "socketio/offset.hpp"
#include "socketio/packet.hpp"
#include "socketio/socket_id.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace quickclinic::socketio {

/// What a client may come back to, on whichever node it does.
struct SharedSession {
  SocketId id;
  std::string session;             ///< the private id that the client shows
  std::vector<std::string> rooms;  ///< without its own
  json::Value data;                ///< null when there is none
};

/// An event that a client has missed.
struct MissedEvent {
  std::string name;
  Arguments arguments;
  std::string offset;  ///< as the client will see it
};

/// A session that was taken from where it was kept; nobody else gets it.
struct FoundSession {
  SharedSession session;
  std::vector<MissedEvent> missed;  ///< in order
  std::uint64_t seen = 0;           ///< offsets with lower numbers are in `missed`, or were heard
};
/// Owner: whoever is told. Null when there is none.
using FoundSessionPtr = std::shared_ptr<FoundSession>;

}  // namespace quickclinic::socketio
