#pragma once

#include "server/settings/command_line.hpp"
#include "server/settings/settings.hpp"

namespace quickclinic::server {

/// Carries out one command of the operator other than `serve`, prints what it did on standard
/// output, or one sentence on standard error. Answers the exit code.
int run_command(const settings::Action& action, const settings::Settings& settings);

/// Prints `error` as the one sentence for the operator and answers the exit code for it.
int complain(const Error& error);

}  // namespace quickclinic::server
