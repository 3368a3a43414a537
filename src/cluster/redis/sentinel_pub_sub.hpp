#pragma once

#include "cluster/redis/sentinels.hpp"
#include "cluster/redis/single_pub_sub.hpp"

#include <string>
#include <utility>
#include <vector>

namespace quickclinic::redis {

/// What a `SinglePubSub` needs to live before it: a base that is made first and goes last.
struct KnownBySentinels {
  Sentinels sentinels;
};

/// `Single`, which is a `SinglePubSub`, over whichever server sentinels name as the master, through
/// failovers.
template <class Single>
class BySentinels final : private KnownBySentinels, public Single {
 public:
  template <class... More>
  BySentinels(const boost::asio::any_io_executor& executor, const Introduction& introduction,
              const Introduction& to_sentinels, std::vector<Address> addresses, std::string master,
              const More&... more)
      : KnownBySentinels{Sentinels(executor, to_sentinels, std::move(addresses),
                                   std::move(master))},
        Single(
            executor, introduction,
            [this](std::function<void(Result<Address>)> done) { sentinels.find(std::move(done)); },
            more...) {
    sentinels.watch(
        [this] { return this->address(); },
        [this](const Address& now) {
          this->renew(fail(Condition::unavailable, "the master is " + now.text() + " now").error());
        });
  }
};

using SentinelPubSub = BySentinels<SinglePubSub>;

}  // namespace quickclinic::redis
