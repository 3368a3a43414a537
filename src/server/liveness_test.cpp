#include "server/liveness.hpp"

#include <gtest/gtest.h>

#include <future>
#include <optional>
#include <utility>

namespace quickclinic::server {
namespace {

class LivenessOfShards : public ::testing::Test {
 protected:
  LivenessOfShards() : server(options()) {
    server.start([](transport::Shard&) {}).value();
    liveness.emplace(server);
  }

  static transport::Options options() {
    transport::Options options;
    options.endpoint.host = "127.0.0.1";
    options.shards = 2;
    return options;
  }
  /// Until each shard has done what was in its mailbox before.
  void wait() {
    for (unsigned i = 0; i < server.shard_count(); ++i) {
      std::promise<void> done;
      const std::future<void> is_done = done.get_future();
      server.shard(i).post([done = std::move(done)]() mutable { done.set_value(); });
      is_done.wait();
    }
  }

  transport::Server server;
  std::optional<Liveness> liveness;
};

TEST_F(LivenessOfShards, IsThereWhileAllTurnOver) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(liveness->beat());
    wait();
  }
}

TEST_F(LivenessOfShards, IsNotThereWhileOneHangsAndIsAgainWhenItGoesOn) {
  std::promise<void> release;
  std::promise<void> hangs;
  const std::future<void> it_hangs = hangs.get_future();
  server.shard(1).post([released = release.get_future(), hangs = std::move(hangs)]() mutable {
    hangs.set_value();
    released.wait();
  });
  it_hangs.wait();

  EXPECT_TRUE(liveness->beat());  // asks; nobody had been asked before
  EXPECT_FALSE(liveness->beat());
  EXPECT_FALSE(liveness->beat());
  release.set_value();
  wait();

  EXPECT_TRUE(liveness->beat());
}

}  // namespace
}  // namespace quickclinic::server
