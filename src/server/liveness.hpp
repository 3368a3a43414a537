#pragma once

#include "transport/server.hpp"

#include <atomic>
#include <memory>
#include <vector>

namespace quickclinic::server {

/// Whether all shards still turn over: each is asked through its mailbox, and answers from its own
/// thread. For one thread, which is none of theirs; gone before the server.
class Liveness {
 public:
  /// `server` has started.
  explicit Liveness(const transport::Server& server)
      : server_(server), waiting_(std::make_shared<Waiting>(server.shard_count())) {}

  /// True when every shard has answered the question of the call before. Then asks again.
  bool beat();

 private:
  using Waiting = std::vector<std::atomic<bool>>;

  const transport::Server& server_;
  std::shared_ptr<Waiting> waiting_;  // owned by questions that are under way, too
};

}  // namespace quickclinic::server
