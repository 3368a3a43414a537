#pragma once

#include "server/settings/settings.hpp"

namespace quickclinic::server {

/// Serves until SIGTERM or SIGINT, then drains: takes nothing new, finishes what is being stored,
/// closes the sessions one after the other, and ends within `shutdown_timeout`. A second signal
/// cuts that short. Answers the exit code.
int serve(settings::Settings settings);

}  // namespace quickclinic::server
