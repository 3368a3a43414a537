#pragma once

#include "base/result.hpp"
#include "socketio/packet.hpp"

#include <cstddef>

namespace quickclinic::socketio {

/// Whether a packet carries what its type does (Socket.IO protocol 5, "Packet types"), and takes an
/// event's name off the front of its arguments. `present`: there is a payload at all. For decoders.
Result<> check_payload(Packet& packet, bool present);

/// Whether every placeholder in `value` names one of the attachments.
bool placeholders_fit(const json::Value& value, std::size_t attachments);

}  // namespace quickclinic::socketio
