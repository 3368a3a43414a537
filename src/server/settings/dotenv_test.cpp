#include "server/settings/dotenv.hpp"

#include <gtest/gtest.h>

#include <string>

namespace quickclinic::settings {
namespace {

std::string value_of(std::string_view line) {
  const SettingMap values = parse_dotenv(line);
  const auto found = values.find("KEY");
  return found == values.end() ? "(absent)" : found->second;
}

TEST(Dotenv, ReadsOneValue) {
  const std::pair<const char*, const char*> cases[] = {
      {"KEY=value", "value"},
      {"  KEY = value  ", "value"},
      {"export KEY=value", "value"},
      {"KEY=two words", "two words"},
      {"KEY=", ""},
      {"KEY=   ", ""},
      {"KEY=a=b", "a=b"},
      {"KEY=value # comment", "value"},
      {"KEY=value#comment", "value"},
      {"KEY=# comment", ""},
      {"KEY=\"a # b\"", "a # b"},
      {"KEY='a # b' # comment", "a # b"},
      {"KEY=`it's \"so\"`", "it's \"so\""},
      {"KEY=\"\"", ""},
      {"KEY=\"  kept  \"", "  kept  "},
      {R"(KEY="one\ntwo")", "one\ntwo"},
      {R"(KEY='one\ntwo')", R"(one\ntwo)"},
      {R"(KEY=one\ntwo)", R"(one\ntwo)"},
      {R"(KEY="say \"so\"")", R"(say \"so\")"},
      {"KEY=\"one\ntwo\"", "one\ntwo"},
      {"KEY=\"one\r\ntwo\"\r\n", "one\ntwo"},
      {"KEY=value\r\n", "value"},
      {"KEY=first\nKEY=second", "second"},
      {"\xEF\xBB\xBFKEY=value", "value"},
      {"KEY=\"unfinished", "\"unfinished"},
      {"KEY=\"a\" b", "\"a\" b"},
      {"KEY=it's", "it's"},
  };
  for (const auto& [line, value] : cases) EXPECT_EQ(value_of(line), value) << line;
}

TEST(Dotenv, SkipsLinesOfAnotherShape) {
  for (const char* line : {"", "KEY", "# KEY=value", "=value", "export", "export KEY", "KEY value",
                           "K EY=value", "\n\n\n", "\r\n"}) {
    EXPECT_EQ(value_of(line), "(absent)") << line;
  }
}

TEST(Dotenv, GoesOnAfterEveryLine) {
  const SettingMap values = parse_dotenv(
      "# the web application's own\n"
      "\n"
      "NEXT_PUBLIC_SOCKET_URL=http://localhost:4000\r\n"
      "nonsense\n"
      "export PORT=\"4000\"  # ours\n"
      "JWT_PUBLIC_KEY='-----BEGIN PUBLIC KEY-----\n"
      "AAAA\n"
      "-----END PUBLIC KEY-----'\n"
      "export=odd\n"
      "LAST=\n");

  EXPECT_EQ(values,
            (SettingMap{
                {"NEXT_PUBLIC_SOCKET_URL", "http://localhost:4000"},
                {"PORT", "4000"},
                {"JWT_PUBLIC_KEY", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"},
                {"export", "odd"},
                {"LAST", ""},
            }));
}

TEST(Dotenv, SurvivesAnyBytes) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<char>(i));

  EXPECT_EQ(parse_dotenv(bytes + "\nKEY=value\n").at("KEY"), "value");
  EXPECT_TRUE(parse_dotenv(std::string(100'000, '\'')).empty());
}

}  // namespace
}  // namespace quickclinic::settings
