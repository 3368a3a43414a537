#pragma once

#include "server/lifetime.hpp"
#include "server/settings/settings.hpp"

namespace quickclinic::server {

/// Serves until SIGTERM or SIGINT, then drains: takes nothing new, finishes what is being stored,
/// closes the sessions one after the other, and ends within `shutdown_timeout`. A second signal
/// cuts that short. Answers the exit code.
///
/// SIGUSR2 starts `invocation` anew, with the sockets that listen: when that process serves, this
/// one sends its clients over during `handover_window` and ends; when it does not, this one goes
/// on. Sockets may also come from systemd (sd_listen_fds(3)), which is told how the server does.
int serve(settings::Settings settings, const Invocation& invocation);

}  // namespace quickclinic::server
