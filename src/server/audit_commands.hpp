#pragma once

#include "server/settings/command_line.hpp"
#include "server/settings/settings.hpp"

/// The commands of `quickclinic audit`. Each prints on standard output; its error is the sentence.
namespace quickclinic::server {

Result<> verify_audit(const settings::Settings& settings);
Result<> list_audit(const settings::Settings& settings, const settings::ListAudit& wanted);
Result<> who_read(const settings::Settings& settings, const settings::WhoRead& wanted);

}  // namespace quickclinic::server
