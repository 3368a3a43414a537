#include "server/identity/password.hpp"

#include <gtest/gtest.h>

#include <string>

namespace quickclinic::identity {
namespace {

// A hash of "abc" at cost 6 from the published vectors of bcrypt: made elsewhere.
constexpr std::string_view abc_2a = "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i";

TEST(PasswordHash, FitsItsPasswordAndNoOther) {
  const auto hash = hash_password("correct horse", 4);

  ASSERT_TRUE(hash);
  EXPECT_TRUE(hash->starts_with("$2b$04$")) << *hash;
  EXPECT_TRUE(check_password("correct horse", *hash));
  for (const char* other : {"", "correct hors", "correct horse ", "Correct horse"}) {
    EXPECT_FALSE(check_password(other, *hash)) << other;
  }
}

TEST(PasswordHash, HasASaltOfItsOwn) {
  EXPECT_NE(hash_password("same", 4).value(), hash_password("same", 4).value());
}

TEST(PasswordHash, UsesTheCostItIsGiven) {
  EXPECT_TRUE(hash_password("x", 5).value().starts_with("$2b$05$"));
  for (const unsigned cost : {0U, 3U, 17U, 31U}) {
    EXPECT_EQ(hash_password("x", cost).error().code, KeyError::unusable_cost) << cost;
  }
}

TEST(PasswordHash, RefusesWhatBcryptWouldCut) {
  EXPECT_TRUE(hash_password(std::string(72, 'x'), 4));
  for (const std::string& password :
       {std::string(), std::string(73, 'x'), std::string("a\0b", 3)}) {
    EXPECT_EQ(hash_password(password, 4).error().code, KeyError::unusable_password);
  }
}

TEST(PasswordCheck, ReadsHashesOfOtherWriters) {
  std::string hash(abc_2a);
  for (const char letter : {'a', 'b', 'y'}) {
    hash[2] = letter;
    EXPECT_TRUE(check_password("abc", hash)) << hash;
    EXPECT_FALSE(check_password("abd", hash)) << hash;
  }
}

TEST(PasswordCheck, CutsLongPasswordsWhereBcryptDoes) {
  const std::string hash = hash_password(std::string(72, 'x'), 4).value();

  EXPECT_TRUE(check_password(std::string(72, 'x') + "tail", hash));
  EXPECT_TRUE(check_password(std::string(5000, 'x'), hash));
  EXPECT_FALSE(check_password(std::string(71, 'x'), hash));
}

TEST(PasswordCheck, DoesNotStopAtANul) {
  const std::string hash = hash_password("abc", 4).value();

  EXPECT_FALSE(check_password(std::string("abc\0def", 7), hash));
}

TEST(PasswordCheck, FitsNothingThatIsNoBcryptHash) {
  const std::string good(abc_2a);
  const std::string refused[] = {"",
                                 "*",
                                 "*0",
                                 "abc",
                                 "x",
                                 "plain text password",
                                 good.substr(0, 59),
                                 good + "x",
                                 "$2x" + good.substr(3),
                                 "$1" + good.substr(2),
                                 "$2a$31" + good.substr(6),
                                 "$2a$17" + good.substr(6),
                                 "$2a$03" + good.substr(6),
                                 "$2a$0x" + good.substr(6),
                                 "$6$saltsalt$" + std::string(48, 'x'),
                                 std::string(60, '$'),
                                 std::string(60, '\0')};
  for (const std::string& hash : refused) EXPECT_FALSE(check_password("abc", hash)) << hash;
}

TEST(PasswordHash, TellsItsCost) {
  EXPECT_EQ(hash_cost(abc_2a), 6U);
  EXPECT_EQ(hash_cost(unknown_password_hash(10)), 10U);
  for (const std::string_view other : {"", "*", "$2b$10$", "$1$aaaaaaaa$bbbbbbbbbbbbbbbbbbbbbb"}) {
    EXPECT_EQ(hash_cost(other), std::nullopt) << other;
  }
}

TEST(PasswordHash, OfNobodyFitsNoPassword) {
  for (const char* password : {"", ".", "abc", "password"}) {
    EXPECT_FALSE(check_password(password, unknown_password_hash(4))) << password;
  }
}

}  // namespace
}  // namespace quickclinic::identity
