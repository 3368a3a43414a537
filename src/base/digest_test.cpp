#include "base/digest.hpp"

#include <gtest/gtest.h>

namespace quickclinic {
namespace {

// RFC 4231, test case 2.
TEST(Digest, KeysACodeAsTheStandardHasIt) {
  EXPECT_EQ(hmac_sha256_hex("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Digest, ComparesSecretsOfAnyLength) {
  EXPECT_TRUE(equal_secrets("", ""));
  EXPECT_TRUE(equal_secrets("same", "same"));
  EXPECT_FALSE(equal_secrets("same", "samf"));
  EXPECT_FALSE(equal_secrets("same", "sam"));
}

}  // namespace
}  // namespace quickclinic
