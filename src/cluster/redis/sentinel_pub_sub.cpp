#include "cluster/redis/sentinel_pub_sub.hpp"

#include <utility>

namespace quickclinic::redis {

SentinelPubSub::SentinelPubSub(const boost::asio::any_io_executor& executor,
                               const Introduction& introduction, const Introduction& to_sentinels,
                               std::vector<Address> addresses, std::string master)
    : KnownBySentinels{Sentinels(executor, to_sentinels, std::move(addresses), std::move(master))},
      SinglePubSub(executor, introduction, [this](std::function<void(Result<Address>)> done) {
        sentinels.find(std::move(done));
      }) {
  sentinels.watch(
      [this] { return address(); },
      [this](const Address& now) {
        renew(fail(Condition::unavailable, "the master is " + now.text() + " now").error());
      });
}

}  // namespace quickclinic::redis
