#pragma once

#include "server/settings/value_reading.hpp"

#include <string_view>
#include <vector>

namespace quickclinic::settings {

enum class SettingKind {
  value,
  toggle,  ///< as a flag it may stand alone, for "true"
  secret,  ///< what was given is never shown
};

/// One line of the table that flags, environment, help and `.env.example` are made from.
struct SettingDescription {
  std::string_view name;          ///< in the environment and in `.env`
  std::string_view other_name;    ///< asked where `name` is nowhere; or empty
  std::string_view flag;          ///< `--port`
  std::string_view argument;      ///< what the help calls its value; empty for a toggle
  std::string_view default_text;  ///< as one would write it; empty where there is none to write
  SettingKind kind;
  std::string_view help;
  ReadValue read;
};

/// In the order in which a reader wants them.
const std::vector<SettingDescription>& all_settings();

}  // namespace quickclinic::settings
