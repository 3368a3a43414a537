#pragma once

#include "base/result.hpp"
#include "socketio/event.hpp"

#include <functional>

namespace quickclinic::socketio {

class Socket;

/// Lets an event go on, or refuses it with a reason. To be called once, on the shard, now or later.
using EventDecision = std::function<void(Result<>)>;

/// Asked before an event reaches its handlers. `event` is valid during the call, and may be changed
/// in it. A client's next event does not wait for a decision that comes later.
using EventMiddleware = std::function<void(Socket&, Event& event, EventDecision decide)>;

}  // namespace quickclinic::socketio
