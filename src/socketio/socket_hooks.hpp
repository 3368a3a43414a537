#pragma once

#include "socketio/event_handlers.hpp"
#include "socketio/event_middleware.hpp"
#include "socketio/socket.hpp"

#include <cstddef>
#include <vector>

namespace quickclinic::socketio {

/// What one socket listens to beside its namespace. Made when it first does.
struct SocketHooks {
  explicit SocketHooks(Counters::ByName& received) noexcept : handlers(received) {}

  EventHandlers handlers;
  std::vector<EventMiddleware> middleware;
  std::vector<Socket::OutgoingListener> outgoing;
  std::vector<Socket::DisconnectHandler> disconnect;
  std::size_t undecided = 0;  ///< events that middleware holds
};

}  // namespace quickclinic::socketio
