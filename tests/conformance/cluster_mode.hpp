#pragma once

#include "cluster/redis_adapter.hpp"
#include "transport/options.hpp"
#include "transport/shard.hpp"

#include <chrono>
#include <string>

namespace quickclinic::conformance {

/// One server of a cluster, which clients make do whatever servers can do to each other's clients;
/// every event is answered by what came of it. `Cluster` in the README has the events.
struct ClusterSettings {
  std::string redis = "redis://127.0.0.1:6379";
  std::string key = "socket.io";
  /// classic, classic-apart, sharded, sharded-all, sharded-none, streams, streams-sharded
  std::string adapter = "classic";
  unsigned shards = 2;
  std::chrono::milliseconds recovery{0};  ///< how long clients may be gone, to any of the servers
};

/// Throws `std::runtime_error` when the URL is none.
transport::Options cluster_options(const ClusterSettings& settings);
void set_up_cluster(transport::Shard& shard);

}  // namespace quickclinic::conformance
