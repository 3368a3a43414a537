#pragma once

#include "base/result.hpp"
#include "server/settings/command_line.hpp"
#include "server/settings/settings.hpp"

/// The commands `export`, `import`, `erase` and `hold`. Each says what it did on standard output
/// (an export that goes there says nothing); its error is the sentence. All of them are recorded.
namespace quickclinic::server {

Result<> export_archive(const settings::Settings& settings, const settings::Export& wanted);
Result<> import_archive(const settings::Settings& settings, const settings::Import& wanted);
Result<> erase_person(const settings::Settings& settings, const settings::Erase& wanted);
Result<> set_hold(const settings::Settings& settings, const settings::SetHold& wanted);
Result<> clear_hold(const settings::Settings& settings, const settings::ClearHold& wanted);
Result<> list_holds(const settings::Settings& settings);

}  // namespace quickclinic::server
