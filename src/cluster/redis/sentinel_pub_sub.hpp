#pragma once

#include "cluster/redis/sentinels.hpp"
#include "cluster/redis/single_pub_sub.hpp"

#include <vector>

namespace quickclinic::redis {

/// What a `SinglePubSub` needs to live before it: a base that is made first and goes last.
struct KnownBySentinels {
  Sentinels sentinels;
};

/// `PubSub` over whichever server sentinels name as the master, through failovers.
class SentinelPubSub final : private KnownBySentinels, public SinglePubSub {
 public:
  SentinelPubSub(const boost::asio::any_io_executor& executor, const Introduction& introduction,
                 const Introduction& to_sentinels, std::vector<Address> sentinels,
                 std::string master);
};

}  // namespace quickclinic::redis
