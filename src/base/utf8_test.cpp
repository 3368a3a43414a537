#include "base/utf8.hpp"

#include <gtest/gtest.h>

#include <string>

namespace quickclinic {
namespace {

TEST(Utf8Count, CountsCodePointsOfEveryLength) {
  EXPECT_EQ(count_code_points(""), 0U);
  EXPECT_EQ(count_code_points("twelve bytes"), 12U);
  EXPECT_EQ(count_code_points("é€😀x"), 4U);
}

TEST(Utf8Validity, RefusesEveryMalformedForm) {
  const std::string_view malformed[] = {"\x80",
                                        "\xC0\xAF",
                                        "\xC3",
                                        "\xE0\x80\x80",
                                        "\xED\xA0\x80",
                                        "\xF0\x80\x80\x80",
                                        "\xF4\x90\x80\x80",
                                        "\xFF",
                                        "eightchars\xE2\x82"};
  for (const std::string_view text : malformed) EXPECT_FALSE(is_utf8(text));
}

TEST(Utf8Validity, AcceptsTheEdgesOfTheRange) {
  for (const char* text :
       {"\x7F", "\xC2\x80", "\xED\x9F\xBF", "\xEE\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_utf8(text));
  }
}

}  // namespace
}  // namespace quickclinic
