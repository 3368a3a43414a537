#pragma once

#include "base/result.hpp"
#include "server/settings/settings.hpp"

namespace quickclinic::server {

/// Asks the server that `settings` mean, on this machine, for `/ready`, and prints its answer.
/// Fails when it is not ready, or says nothing within three seconds. Of a server that speaks TLS
/// only a connection is asked: what its certificate is for, this machine need not know.
Result<> ask_health(const settings::Settings& settings);

}  // namespace quickclinic::server
