#pragma once

#include "transport/options.hpp"
#include "transport/shard.hpp"

namespace quickclinic::conformance {

/// The server that the official Socket.IO client's own test suite talks to: namespaces of several
/// kinds, one event for each thing that an event can carry, and handshakes that take a moment.
transport::Options sio_client_options();
void set_up_sio_client(transport::Shard& shard);

}  // namespace quickclinic::conformance
