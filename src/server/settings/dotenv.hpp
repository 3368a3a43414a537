#pragma once

#include "server/settings/setting_map.hpp"

#include <string_view>

namespace quickclinic::settings {

/// Reads the text of a `.env` file as Node's programs do, because it may be the web application's
/// own: `KEY=value`, `export KEY=…`, quotes of three kinds that may span lines, `\n` and `\r`
/// inside double quotes, comments from `#` on. The last of several lines for one name wins; lines
/// of another shape are skipped. All names are given back.
SettingMap parse_dotenv(std::string_view text);

}  // namespace quickclinic::settings
