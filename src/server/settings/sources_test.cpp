#include "server/settings/sources.hpp"

#include "server/settings/settings.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

namespace quickclinic::settings {
namespace {

/// A folder of this test alone, gone with it.
class SettingSources : public testing::Test {
 protected:
  SettingSources() {
    std::string name = (std::filesystem::temp_directory_path() / "quickclinic-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~SettingSources() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return folder_ / name;
  }

  std::filesystem::path folder_;
};

TEST_F(SettingSources, ReadADotenvFile) {
  const auto values = read_dotenv_file(write(".env", "PORT=4001\nOTHER=x\n"));

  ASSERT_TRUE(values);
  EXPECT_EQ(*values, (SettingMap{{"PORT", "4001"}, {"OTHER", "x"}}));
}

TEST_F(SettingSources, TakeAMissingDotenvFileForAnEmptyOne) {
  EXPECT_EQ(read_dotenv_file(folder_ / ".env").value(), SettingMap{});
}

TEST_F(SettingSources, NameADotenvFileThatCannotBeRead) {
  const auto values = read_dotenv_file(folder_);

  ASSERT_FALSE(values);
  EXPECT_EQ(values.error().context, folder_.string() + " cannot be read");
}

TEST_F(SettingSources, RefuseAFileWithoutEnd) {
  const auto path = write("large", std::string((1 << 20) + 1, 'x'));

  EXPECT_EQ(read_small_file(path).error().context, path.string() + " is too large");
  EXPECT_EQ(read_small_file("/dev/zero").error().code, SettingsError::unreadable_file);
}

TEST_F(SettingSources, ReadAFileWhole) {
  const std::string text("a\0b\r\n", 5);

  EXPECT_EQ(read_small_file(write("key", text)).value(), text);
}

TEST_F(SettingSources, TakeOurNamesFromTheEnvironment) {
  setenv("PING_INTERVAL", "777", 1);
  setenv("QUICKCLINIC_UNKNOWN", "x", 1);

  const SettingMap values = read_environment();

  EXPECT_EQ(values.at("PING_INTERVAL"), "777");
  EXPECT_FALSE(values.contains("QUICKCLINIC_UNKNOWN"));
  EXPECT_FALSE(values.contains("PATH"));
  unsetenv("PING_INTERVAL");
  unsetenv("QUICKCLINIC_UNKNOWN");
}

}  // namespace
}  // namespace quickclinic::settings
