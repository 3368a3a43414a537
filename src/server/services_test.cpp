#include "server/services.hpp"

#include <gtest/gtest.h>

namespace quickclinic::server {
namespace {

const chat::UserId ada("ada");
const chat::UserId bob("bob");

TEST(ConnectionLimit, CountsAllTogether) {
  ConnectionLimit limit(2, 0);

  EXPECT_TRUE(limit.enter(ada));
  EXPECT_TRUE(limit.enter(bob));
  EXPECT_FALSE(limit.enter(ada));

  limit.leave(bob);
  EXPECT_TRUE(limit.enter(ada));
}

TEST(ConnectionLimit, CountsEachUser) {
  ConnectionLimit limit(100, 2);

  EXPECT_TRUE(limit.enter(ada));
  EXPECT_TRUE(limit.enter(ada));
  EXPECT_FALSE(limit.enter(ada));
  EXPECT_TRUE(limit.enter(bob));

  limit.leave(ada);
  EXPECT_TRUE(limit.enter(ada));
  EXPECT_FALSE(limit.enter(ada));
}

TEST(ConnectionLimit, DoesNotCountWhoWasRefused) {
  ConnectionLimit limit(2, 1);
  EXPECT_TRUE(limit.enter(ada));
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(limit.enter(ada));

  EXPECT_TRUE(limit.enter(bob));
}

}  // namespace
}  // namespace quickclinic::server
