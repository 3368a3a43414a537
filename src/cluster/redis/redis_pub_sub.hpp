#pragma once

#include "base/result.hpp"
#include "cluster/pub_sub.hpp"
#include "cluster/redis/redis_url.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace quickclinic::redis {

/// `PubSub` over a Redis server, over the master that sentinels name, or over a Redis Cluster.
///
/// To be made, used and destroyed on the loop of `executor`. Dials at once and never gives up; a
/// change between connected and away is logged once, with the reason.
class RedisPubSub : public cluster::PubSub {
 public:
  struct Counts {
    std::uint64_t dropped = 0;   ///< published, and not accepted by Redis
    std::uint64_t unheard = 0;   ///< came for nobody who listens
    std::uint64_t connects = 0;  ///< how often it became connected
  };

  virtual Counts counts() const = 0;
  /// Why it is not connected; empty when it is. For who runs it: it may name hosts.
  virtual std::string problem() const = 0;
};

/// Fails when a file that the URL names cannot be read.
Result<std::unique_ptr<RedisPubSub>> make_redis_pub_sub(
    const boost::asio::any_io_executor& executor, const RedisUrl& url);

}  // namespace quickclinic::redis
