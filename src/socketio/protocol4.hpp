#pragma once

#include "engineio/frame.hpp"
#include "json/json.hpp"
#include "socketio/handshake.hpp"

#include <string_view>

namespace quickclinic::socketio {

// What clients of protocol 4 (Socket.IO 2, over Engine.IO 3) say and hear differently when they
// join; all other packets are those of protocol 5 in its default format.

/// `40`, or `40/nsp,`: without a socket id, which such a client makes out of its session's.
engineio::FramePtr connect_v4(std::string_view nsp);

/// `44"message"`, or `44/nsp,data` when the refusal has data.
engineio::FramePtr refuse_v4(std::string_view nsp, const ConnectRefusal& refusal);

/// What a client has said when it joined: the query behind the namespace, `0/nsp?token=abc,`, whose
/// values are text.
json::Object auth_v4(std::string_view connect_packet);

}  // namespace quickclinic::socketio
