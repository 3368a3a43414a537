#include "base/base64.hpp"

#include <gtest/gtest.h>

namespace quickclinic {
namespace {

TEST(Base64Standard, MatchesTheVectorsOfRfc4648) {
  const std::pair<const char*, const char*> vectors[] = {
      {"", ""},        {"f", "Zg=="},        {"fo", "Zm8="},
      {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(base64_encode(bytes), text);
    EXPECT_EQ(base64_decode(text), bytes);
  }
}

TEST(Base64Url, HasNoPaddingAndItsOwnLetters) {
  EXPECT_EQ(base64_encode("\xFB\xFF", Base64::url), "-_8");
  EXPECT_EQ(base64_decode("-_8", Base64::url), "\xFB\xFF");
}

TEST(Base64Decode, RefusesBadLettersLengthsAndUnusedBits) {
  for (const char* text : {"Zg", "Z===", "Zg=a", "Zm9*", "Zh==", "="})
    EXPECT_FALSE(base64_decode(text)) << text;
  for (const char* text : {"Zg==", "A", "-_9"})
    EXPECT_FALSE(base64_decode(text, Base64::url)) << text;
}

}  // namespace
}  // namespace quickclinic
