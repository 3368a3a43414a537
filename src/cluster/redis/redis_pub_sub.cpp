#include "cluster/redis/redis_pub_sub.hpp"

#include "cluster/redis/cluster_pub_sub.hpp"
#include "cluster/redis/sentinel_pub_sub.hpp"
#include "cluster/redis/single_pub_sub.hpp"
#include "cluster/redis/tls.hpp"

#include <utility>

namespace quickclinic::redis {

Result<std::unique_ptr<RedisPubSub>> make_redis_pub_sub(
    const boost::asio::any_io_executor& executor, const RedisUrl& url) {
  Introduction introduction{.login = url.login,
                            .database = url.database,
                            .tls = {},
                            .verify_name = url.tls_options.verify && url.tls_options.verify_name,
                            .master_only = false};
  if (url.tls) {
    Result<TlsContext> tls = make_tls_context(url.tls_options);
    if (!tls) return std::unexpected(tls.error());
    introduction.tls = std::move(*tls);
  }
  if (url.topology == RedisUrl::Topology::cluster) {
    return std::make_unique<ClusterPubSub>(executor, introduction, url.addresses);
  }
  if (url.topology == RedisUrl::Topology::sentinel) {
    Introduction to_sentinels = introduction;
    to_sentinels.login = url.sentinel_login;
    to_sentinels.database = 0;
    introduction.master_only = true;
    return std::make_unique<SentinelPubSub>(executor, introduction, to_sentinels, url.addresses,
                                            url.master);
  }
  return std::make_unique<SinglePubSub>(executor, introduction, Line::at(url.addresses.front()));
}

}  // namespace quickclinic::redis
