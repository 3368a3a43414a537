#pragma once

#include "transport/options.hpp"

namespace quickclinic::conformance {

/// The server that the tests of the official engine.io-client talk to: messages of at most 100
/// bytes, four cookies at each handshake, `deny` in the query refuses, and a few messages ask for
/// something else than their echo.
transport::Options eio_client_options();

}  // namespace quickclinic::conformance
