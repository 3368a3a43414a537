#pragma once

#include "transport/options.hpp"

namespace quickclinic::conformance {

/// The server that the test suite of Engine.IO 3 talks to: raw Engine.IO that echoes, and Socket.IO
/// for clients of its version 2, both with heartbeats of half a second.
transport::Options eio3_options();

}  // namespace quickclinic::conformance
