#pragma once

#include "base/result.hpp"
#include "server/settings/setting_map.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace quickclinic::settings {

/// What this process's environment holds of the names in `all_settings()`. To be called before
/// threads begin.
SettingMap read_environment();

/// The `.env` file at `path`, or nothing when there is none. Fails with a sentence when it is there
/// and cannot be read, or is larger than any file of settings.
Result<SettingMap> read_dotenv_file(const std::filesystem::path& path);

/// The same of files that somebody has named, which must be there; the last wins.
Result<SettingMap> read_env_files(const std::vector<std::string>& paths);

}  // namespace quickclinic::settings
