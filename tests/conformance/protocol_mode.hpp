#pragma once

#include "transport/options.hpp"
#include "transport/shard.hpp"

namespace quickclinic::conformance {

/// The server that the protocols' own test suites talk to: raw Engine.IO that echoes, and Socket.IO
/// with two namespaces, both with heartbeats of half a second.
transport::Options protocol_options();
void set_up_protocol(transport::Shard& shard);

}  // namespace quickclinic::conformance
