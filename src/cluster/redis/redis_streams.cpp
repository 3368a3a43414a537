#include "cluster/redis/redis_streams.hpp"

#include "cluster/redis/introductions.hpp"
#include "cluster/redis/sentinel_pub_sub.hpp"
#include "cluster/redis/single_streams.hpp"

#include <utility>

namespace quickclinic::redis {
namespace {

template <class Made>
RedisStreams both(std::unique_ptr<Made> made) {
  cluster::Streams* streams = made.get();
  return {.pub_sub = std::move(made), .streams = streams};
}

}  // namespace

Result<RedisStreams> make_redis_streams(const boost::asio::any_io_executor& executor,
                                        const RedisUrl& url, const StreamSettings& settings) {
  if (url.topology == RedisUrl::Topology::cluster) {
    return fail(Condition::bad_request,
                "streams want one server or sentinels, no redis+cluster://");
  }
  auto introductions = introductions_for(url);
  if (!introductions) return std::unexpected(introductions.error());
  if (url.topology == RedisUrl::Topology::sentinel) {
    return both(std::make_unique<BySentinels<SingleStreams>>(executor, introductions->to_server,
                                                             introductions->to_sentinels,
                                                             url.addresses, url.master, settings));
  }
  return both(std::make_unique<SingleStreams>(executor, introductions->to_server,
                                              Line::at(url.addresses.front()), settings));
}

}  // namespace quickclinic::redis
