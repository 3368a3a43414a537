#include "server/settings/setting_table.hpp"
#include "server/settings/sources.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace quickclinic::settings {
namespace {

TEST(EnvExample, NamesEverySettingAndNoOther) {
  std::set<std::string> expected = {"NEXT_PUBLIC_SOCKET_URL"};
  for (const SettingDescription& setting : all_settings()) expected.emplace(setting.name);

  const auto values = read_dotenv_file(QUICKCLINIC_ENV_EXAMPLE);

  ASSERT_TRUE(values);
  std::set<std::string> named;
  for (const auto& [name, value] : *values) named.insert(name);
  EXPECT_EQ(named, expected);
}

TEST(EnvExample, HoldsTheDefaults) {
  const auto values = read_dotenv_file(QUICKCLINIC_ENV_EXAMPLE);
  ASSERT_TRUE(values);

  for (const SettingDescription& setting : all_settings()) {
    EXPECT_EQ(values->at(std::string(setting.name)), setting.default_text) << setting.name;
  }
  EXPECT_EQ(load({{}, {}, *values}).value(), Settings{});
}

}  // namespace
}  // namespace quickclinic::settings
