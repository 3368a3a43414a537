#include "server/settings/origin_pattern.hpp"

#include <gtest/gtest.h>

#include <string>

namespace quickclinic::settings {
namespace {

bool matches(std::string_view pattern, std::string_view origin) {
  return OriginPattern::parse(pattern).value().matches(origin);
}

TEST(OriginPatternParse, WritesWhatABrowserWrites) {
  const std::pair<const char*, const char*> cases[] = {
      {"http://localhost:3000", "http://localhost:3000"},
      {"https://Clinic.Example/", "https://clinic.example"},
      {"https://clinic.example:443", "https://clinic.example"},
      {"http://clinic.example:80", "http://clinic.example"},
      {"https://clinic.example:80", "https://clinic.example:80"},
      {"http://127.0.0.1:08080", "http://127.0.0.1:8080"},
      {"http://[::1]:3000", "http://[::1]:3000"},
      {"https://*.clinic.example", "https://*.clinic.example"},
      {"http://*.localhost:3000", "http://*.localhost:3000"},
  };
  for (const auto& [given, text] : cases) {
    const auto pattern = OriginPattern::parse(given);
    ASSERT_TRUE(pattern) << given;
    EXPECT_EQ(pattern->text(), text);
  }
}

TEST(OriginPatternParse, RefusesWhatIsNoOrigin) {
  for (const char* text : {"",
                           "*",
                           "null",
                           "localhost:3000",
                           "clinic.example",
                           "ftp://clinic.example",
                           "https://",
                           "https:///",
                           "https://clinic.example//",
                           "https://clinic.example/path",
                           "https://a b",
                           "https://user@clinic.example",
                           "https://clinic.example:0",
                           "https://clinic.example:65536",
                           "https://clinic.example:",
                           "https://clinic.example:x",
                           "https://*",
                           "https://*.example",
                           "https://*clinic.example",
                           "https://a.*.example",
                           "https://*.*.example",
                           "https://clinic.*",
                           "https://::1",
                           "https://[::1",
                           "https://[clinic.example]",
                           "https://clinic.example?x",
                           "https://clinic.example#x",
                           "https://*."}) {
    EXPECT_FALSE(OriginPattern::parse(text)) << text;
  }
}

TEST(OriginPatternMatches, OneOriginExactly) {
  EXPECT_TRUE(matches("https://clinic.example", "https://clinic.example"));
  for (const char* other :
       {"", "null", "http://clinic.example", "https://clinic.example:8443",
        "https://clinic.example.evil.example", "https://evil-clinic.example",
        "https://clinic.example/", "https://CLINIC.example", "https://clinic.exampl",
        "https://a.clinic.example", "https://clinic.example@evil.example"}) {
    EXPECT_FALSE(matches("https://clinic.example", other)) << other;
  }
}

TEST(OriginPatternMatches, OneLabelInPlaceOfTheStar) {
  EXPECT_TRUE(matches("https://*.clinic.example", "https://north.clinic.example"));
  EXPECT_TRUE(matches("https://*.clinic.example:8443", "https://north.clinic.example:8443"));
  for (const char* other :
       {"https://clinic.example", "https://.clinic.example", "https://a.b.clinic.example",
        "http://north.clinic.example", "https://north.clinic.example:8443",
        "https://northclinic.example", "https://evil.example/.clinic.example",
        "https://evil.example#.clinic.example", "https://evil@.clinic.example",
        "https://*.clinic.example", "https://north.clinic.example.evil.example"}) {
    EXPECT_FALSE(matches("https://*.clinic.example", other)) << other;
  }
}

}  // namespace
}  // namespace quickclinic::settings
