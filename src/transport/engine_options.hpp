#pragma once

#include "engineio/application.hpp"
#include "engineio/settings.hpp"
#include "socketio/handshake.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace quickclinic::transport {

class Shard;

/// What can be said about any Engine.IO server: the one below Socket.IO, and each one beside it.
struct EngineOptions {
  std::string path = "/socket.io/";  ///< with its slashes; the last one may be left out by clients
  engineio::Settings engine;
  /// A text message over WebSocket that is larger than `engine.limits.payload_bytes_max`, yet not
  /// than this, is thrown away and its event answered (`Flaw::oversized`), where else the
  /// connection is closed with 1009. 0: never.
  std::size_t oversized_bytes_max = 0;
};

/// Makes what stands above a new session.
using ApplicationFactory = std::function<std::unique_ptr<engineio::Application>(
    Shard&, engineio::Session&, std::shared_ptr<const socketio::SessionInfo>)>;

/// An Engine.IO server of its own beside the Socket.IO one, on the same listener.
struct EngineMount {
  EngineOptions options;
  ApplicationFactory application;
};

}  // namespace quickclinic::transport
