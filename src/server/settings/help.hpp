#pragma once

#include <string>

namespace quickclinic::settings {

/// What `quickclinic --help` prints: the commands, and every setting from the table.
std::string help_text();

}  // namespace quickclinic::settings
