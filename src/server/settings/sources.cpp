#include "server/settings/sources.hpp"

#include "server/settings/dotenv.hpp"
#include "server/settings/setting_table.hpp"

#include <system_error>

#include <cstdlib>
#include <fstream>
#include <string>

namespace quickclinic::settings {

Result<std::string> read_small_file(const std::filesystem::path& path) {
  constexpr std::size_t file_bytes_max = 1 << 20;  // a key or a list of settings has a few thousand
  std::error_code error;
  const bool regular = std::filesystem::is_regular_file(path, error);
  std::ifstream file(path, std::ios::binary);
  if (error || !regular || !file) {
    return fail(SettingsError::unreadable_file, path.string() + " cannot be read");
  }
  std::string text(file_bytes_max + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return fail(SettingsError::unreadable_file, path.string() + " cannot be read");
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > file_bytes_max) {
    return fail(SettingsError::unreadable_file, path.string() + " is too large");
  }
  return text;
}

SettingMap read_environment() {
  SettingMap values;
  const auto take = [&values](std::string_view name) {
    if (name.empty()) return;
    const std::string key(name);
    if (const char* value = std::getenv(key.c_str())) values.emplace(key, value);
  };
  for (const SettingDescription& setting : all_settings()) {
    take(setting.name);
    take(setting.other_name);
  }
  return values;
}

Result<SettingMap> read_dotenv_file(const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) return SettingMap{};
  return read_env_files({path.string()});
}

Result<SettingMap> read_env_files(const std::vector<std::string>& paths) {
  SettingMap values;
  for (const std::string& path : paths) {
    const auto text = read_small_file(path);
    if (!text) return std::unexpected(text.error());
    for (auto& [name, value] : parse_dotenv(*text)) values.insert_or_assign(name, std::move(value));
  }
  return values;
}

}  // namespace quickclinic::settings
