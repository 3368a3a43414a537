#include "cluster/redis/redis_pub_sub.hpp"

#include "cluster/redis/cluster_pub_sub.hpp"
#include "cluster/redis/introductions.hpp"
#include "cluster/redis/sentinel_pub_sub.hpp"
#include "cluster/redis/single_pub_sub.hpp"

namespace quickclinic::redis {

Result<std::unique_ptr<RedisPubSub>> make_redis_pub_sub(
    const boost::asio::any_io_executor& executor, const RedisUrl& url) {
  auto introductions = introductions_for(url);
  if (!introductions) return std::unexpected(introductions.error());
  const Introduction& introduction = introductions->to_server;
  if (url.topology == RedisUrl::Topology::cluster) {
    return std::make_unique<ClusterPubSub>(executor, introduction, url.addresses);
  }
  if (url.topology == RedisUrl::Topology::sentinel) {
    return std::make_unique<SentinelPubSub>(executor, introduction, introductions->to_sentinels,
                                            url.addresses, url.master);
  }
  return std::make_unique<SinglePubSub>(executor, introduction, Line::at(url.addresses.front()));
}

}  // namespace quickclinic::redis
