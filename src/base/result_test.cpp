#include "base/result.hpp"

#include <gtest/gtest.h>

namespace quickclinic {
namespace {

TEST(Fail, WithAConditionAloneIsAnErrorOfThatCondition) {
  const Result<> refused = fail(Condition::forbidden, "not yours");

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().condition(), Condition::forbidden);
  EXPECT_EQ(refused.error().code, Condition::forbidden);
  EXPECT_EQ(refused.error().describe(), "forbidden: not yours");
}

}  // namespace
}  // namespace quickclinic
