#pragma once

#include <functional>
#include <map>
#include <string>

namespace quickclinic::settings {

/// Texts by the names of settings, as one source (flags, environment, `.env`) gives them.
using SettingMap = std::map<std::string, std::string, std::less<>>;

}  // namespace quickclinic::settings
