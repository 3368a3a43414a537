#pragma once

#include "base/result.hpp"
#include "cluster/redis/redis_pub_sub.hpp"
#include "cluster/redis/redis_url.hpp"
#include "cluster/streams.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <memory>
#include <string>

namespace quickclinic::redis {

struct StreamSettings {
  std::string stream = "socket.io";
  std::size_t max_len = 10'000;  ///< entries that stay in it, about
  std::size_t read_count = 100;  ///< entries that are read at once
  bool sessions = false;         ///< on a connection of their own, which nothing else waits for
};

/// A stream and channels of one Redis server.
struct RedisStreams {
  std::unique_ptr<RedisPubSub> pub_sub;
  cluster::Streams* streams = nullptr;  ///< lives as long as `pub_sub`
};

/// Over one server, or over the master that sentinels name. Fails when a file that the URL names
/// cannot be read, and for a Redis Cluster.
Result<RedisStreams> make_redis_streams(const boost::asio::any_io_executor& executor,
                                        const RedisUrl& url, const StreamSettings& settings);

}  // namespace quickclinic::redis
