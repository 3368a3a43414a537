#pragma once

#include "server/settings/command_line.hpp"
#include "server/settings/settings.hpp"

namespace quickclinic::server {

/// `quickclinic top`: shows what a running server does until `q` is pressed, or once. Answers the
/// exit code: 0 also when a server that was there goes away.
int run_top(const settings::Top& wanted, const settings::Settings& settings);

}  // namespace quickclinic::server
