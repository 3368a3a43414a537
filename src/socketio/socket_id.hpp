#pragma once

#include "base/strong_id.hpp"

namespace quickclinic::socketio {

/// A socket's public name: 20 characters, 120 random bits. Also the name of a room that holds it
/// alone.
using SocketId = StrongId<struct SocketIdTag>;

SocketId new_socket_id();

}  // namespace quickclinic::socketio
