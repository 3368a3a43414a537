#pragma once

#include "server/settings/command_line.hpp"

#include <string>
#include <variant>

namespace quickclinic::settings {

/// What the arguments of one command amount to.
using Acted = std::variant<Action, Exit>;

/// The end with a sentence that says what was wrong with them.
Exit refuse(std::string sentence);

}  // namespace quickclinic::settings
