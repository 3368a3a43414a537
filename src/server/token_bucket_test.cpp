#include "server/token_bucket.hpp"

#include <gtest/gtest.h>

namespace quickclinic::server {
namespace {

using std::chrono::milliseconds;

class TokenBucketTest : public ::testing::Test {
 protected:
  int taken_of(int tries) {
    int taken = 0;
    for (int i = 0; i < tries; ++i) taken += bucket.take(now) ? 1 : 0;
    return taken;
  }

  TimePoint now = TimePoint() + std::chrono::hours(1);
  TokenBucket bucket{3, milliseconds(200)};
};

TEST_F(TokenBucketTest, LetsABurstThroughAndNoMore) { EXPECT_EQ(taken_of(10), 3); }

TEST_F(TokenBucketTest, FillsByOneEachInterval) {
  taken_of(3);

  now += milliseconds(199);
  EXPECT_EQ(taken_of(5), 0);
  now += milliseconds(1);
  EXPECT_EQ(taken_of(5), 1);
  now += milliseconds(400);
  EXPECT_EQ(taken_of(5), 2);
}

TEST_F(TokenBucketTest, HoldsNoMoreThanABurst) {
  taken_of(3);

  now += std::chrono::hours(24);

  EXPECT_EQ(taken_of(10), 3);
}

TEST_F(TokenBucketTest, IsNotEmptiedByRefusals) {
  taken_of(1000);

  now += milliseconds(200);

  EXPECT_EQ(taken_of(5), 1);
}

}  // namespace
}  // namespace quickclinic::server
