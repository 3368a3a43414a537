#include "chat/text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace quickclinic::chat {
namespace {

using namespace std::string_literals;

std::string normalised(std::string_view raw, std::size_t code_points_max = 100) {
  const auto text = normalise_text(raw, code_points_max);
  return text ? *text : "<" + text.error().code.message() + ">";
}

TEST(NormaliseText, LeavesEverythingBetweenTheEndsAsItWas) {
  EXPECT_EQ(normalised("a  b\n\tc"), "a  b\n\tc");
  EXPECT_EQ(normalised("caf\u00E9 \U0001F600"), "caf\u00E9 \U0001F600");
}

TEST(NormaliseText, TrimsTheWhiteSpaceThatJavaScriptTrims) {
  for (const std::string space :
       {" ",      "\t",     "\n",     "\v",     "\f",     "\r",     "\u00A0", "\u1680", "\u2000",
        "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009",
        "\u200A", "\u2028", "\u2029", "\u202F", "\u205F", "\u3000", "\uFEFF"}) {
    EXPECT_EQ(normalised(space + space + "a" + space + "b" + space), "a" + space + "b") << space;
    EXPECT_EQ(normalise_text(space, 100).error().code, TextError::empty) << space;
  }
}

TEST(NormaliseText, KeepsWhatJavaScriptDoesNotTrim) {
  // Zero width space, Mongolian vowel separator, zero width joiner, next line, unit separator.
  for (const std::string kept : {"\u200B", "\u180E", "\u200D", "\u0085", "\x1F"}) {
    EXPECT_EQ(normalised(kept), kept);
  }
}

TEST(NormaliseText, RefusesTextThatIsEmpty) {
  for (const char* raw : {"", " ", "\r\n\t \u3000\uFEFF"}) {
    EXPECT_EQ(normalise_text(raw, 100).error().code, TextError::empty);
    EXPECT_EQ(normalise_text(raw, 100).error().code, Condition::bad_request);
  }
}

TEST(NormaliseText, CountsCodePointsAfterTrimmingAgainstTheBound) {
  EXPECT_EQ(normalised("  \U0001F600\u00E9a  ", 3), "\U0001F600\u00E9a");
  EXPECT_EQ(normalise_text("\U0001F600\u00E9ab", 3).error().code, TextError::too_long);
  EXPECT_EQ(normalise_text("abcd", 3).error().code, Condition::too_large);
}

TEST(NormaliseText, RefusesMalformedUtf8AndNul) {
  for (const std::string& raw :
       {"\xFF"s, "a\xC3"s, "\xED\xA0\x80"s, "\xC0\xAF"s, "\xF4\x90\x80\x80"s, "a\0b"s, "\0"s}) {
    EXPECT_EQ(normalise_text(raw, 100).error().code, TextError::invalid);
  }
  EXPECT_EQ(normalise_text("\xFF", 100).error().code, Condition::bad_request);
}

TEST(ClientMessageId, IsPrintableTextOfAtMost128Bytes) {
  EXPECT_TRUE(is_valid_client_message_id("a"));
  EXPECT_TRUE(is_valid_client_message_id("4f9f0d4e-7f0f-4a8e-9a57-5d1f0f3f7f10"));
  EXPECT_TRUE(is_valid_client_message_id("na\u00EFve \U0001F600 \u00A0"));
  EXPECT_TRUE(is_valid_client_message_id(std::string(128, 'x')));

  EXPECT_FALSE(is_valid_client_message_id(""));
  EXPECT_FALSE(is_valid_client_message_id(std::string(129, 'x')));
}

TEST(ClientMessageId, HasNoControlCharactersAndIsUtf8) {
  for (const std::string& id :
       {"a\nb"s, "\0"s, "\x1F"s, "\x7F"s, "\u0080"s, "x\u009F"s, "\xC2"s, "\xFF"s}) {
    EXPECT_FALSE(is_valid_client_message_id(id));
  }
}

TEST(Address, IsComparedWithoutBlanksAroundItAndCaseOfAsciiLetters) {
  EXPECT_EQ(trim_address(" \t Ana@Clinic.example\r\n"), "Ana@Clinic.example");
  EXPECT_EQ(trim_address(" \n"), "");
  EXPECT_EQ(fold_address(" Ana@Clinic.EXAMPLE "), "ana@clinic.example");
  EXPECT_EQ(fold_address("A Z@\u00C9"), "a z@\u00C9");
}

}  // namespace
}  // namespace quickclinic::chat
