#include "base/log.hpp"

#include <gtest/gtest.h>

#include <string>

namespace quickclinic::log {
namespace {

const std::string time_text = "2026-01-02T03:04:05.678Z";

TEST(LogRender, WritesTextWithNamedValues) {
  const std::string line =
      render(Format::text, Level::info, time_text, "session closed",
             {{"sid", "abc"}, {"reason", "ping timeout"}, {"count", 3}, {"ok", true}});

  EXPECT_EQ(line,
            time_text + " info  session closed sid=abc reason=\"ping timeout\" count=3 ok=true");
}

TEST(LogRender, WritesOneJsonObject) {
  const std::string line = render(Format::json, Level::error, time_text, "failed", {{"ms", 1.5}});

  EXPECT_EQ(line,
            "{\"time\":\"" + time_text + "\",\"level\":\"error\",\"event\":\"failed\",\"ms\":1.5}");
}

TEST(LogRender, KeepsHostileValuesOnOneLine) {
  const std::string line = render(Format::text, Level::warn, time_text, "refused",
                                  {{"origin", "a\r\nINFO \x1b[31m\"x"}});

  EXPECT_EQ(line, time_text + " warn  refused origin=\"a\\u000d\\u000aINFO \\u001b[31m\\\"x\"");
}

}  // namespace
}  // namespace quickclinic::log
