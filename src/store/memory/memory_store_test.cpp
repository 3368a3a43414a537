#include "store/memory/memory_store.hpp"

#include "store/contract/await.hpp"

#include <gtest/gtest.h>

namespace quickclinic::store {
namespace {

using chat::StoreError;

TEST(MemoryStoreFaults, FailAsManyCallsAsWereAskedForAndThenNone) {
  MemoryStore store;
  store.fail_next(2, StoreError::overloaded);

  EXPECT_EQ(await(store.ping()).error().code, StoreError::overloaded);
  EXPECT_EQ(await(store.list_users()).error().code, StoreError::overloaded);
  EXPECT_TRUE(await(store.ping()));
}

TEST(MemoryStoreFaults, LeaveNothingBehind) {
  MemoryStore store;
  const chat::NewUser user{.email = "a@clinic.example", .name = "A", .password_hash = "*"};
  store.fail_next(1, StoreError::unavailable);

  EXPECT_EQ(await(store.add_user(user)).error().code, StoreError::unavailable);

  EXPECT_TRUE(await(store.list_users())->empty());
  EXPECT_TRUE(await(store.add_user(user)));
}

}  // namespace
}  // namespace quickclinic::store
