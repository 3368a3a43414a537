#pragma once

#include "base/string_hash.hpp"
#include "cluster/redis/health.hpp"
#include "cluster/redis/publisher.hpp"
#include "cluster/redis/redis_pub_sub.hpp"
#include "cluster/redis/slot_map.hpp"
#include "cluster/redis/subscriber.hpp"
#include "cluster/redis/subscriptions.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace quickclinic::redis {

/// `PubSub` over a Redis Cluster.
///
/// Classic channels are published to and heard over one server, whichever, since the servers pass
/// them on to each other. A sharded channel is published to and heard over the owner of its slot,
/// and follows it when that moves. Connected means that the whole of it works: while one owner is
/// away, the others' channels go on.
class ClusterPubSub final : public RedisPubSub {
 public:
  /// How often the map of slots is read again, and how soon when something seems to have moved.
  static constexpr std::chrono::milliseconds look_interval{5000};
  static constexpr std::chrono::milliseconds look_soon{100};
  static constexpr unsigned tries_max = 50;
  static constexpr std::size_t waiting_bytes_max = Publisher::waiting_bytes_max;

  ClusterPubSub(boost::asio::any_io_executor executor, Introduction introduction,
                std::vector<Address> seeds);

  bool connected() const noexcept override { return health_.good(); }
  void on_change(std::function<void(bool connected)> told) override;
  void publish(cluster::ChannelKind kind, std::string_view channel,
               std::string_view message) override;
  void subscribe(cluster::ChannelKind kind, std::string_view channel, Listener listener) override;
  void unsubscribe(cluster::ChannelKind kind, std::string_view channel) override;
  void subscribe_pattern(std::string_view pattern, Listener listener) override;
  void unsubscribe_pattern(std::string_view pattern) override;
  void count_subscribers(cluster::ChannelKind kind, std::string_view channel,
                         std::function<void(Result<std::size_t>)> done) override;
  Counts counts() const override;
  std::string problem() const override { return health_.problem(); }

 private:
  struct Server {
    bool owner = false;
    std::unique_ptr<Publisher> publisher;
    std::unique_ptr<Subscriber> subscriber;  ///< null before the first sharded channel of its
  };
  /// A message for a sharded channel.
  struct Publication {
    std::string channel;
    std::string message;
    unsigned tries = 0;

    std::size_t bytes() const noexcept { return channel.size() + message.size(); }
  };
  using PublicationPtr = std::shared_ptr<Publication>;

  Line::Find anywhere();
  void look();
  void look_in(std::chrono::milliseconds wait);
  void something_moved();
  void apply(SlotMap map);
  void open(const SlotMap::Server& server);
  Server* owner_of(std::string_view channel);
  void place(std::string_view channel);
  Subscriber& subscriber_of(Server& server, const Address& address);
  void send(const PublicationPtr& publication);
  void answered(const PublicationPtr& publication, const Result<Reply>& reply);
  void wait(const PublicationPtr& publication);
  void send_waiting();
  bool whole() const;
  void changed();
  void lost(const Error& reason, const Address& address);
  void heard(const Reply& reply);

  boost::asio::any_io_executor executor_;
  Introduction introduction_;
  std::vector<Address> seeds_;
  std::size_t next_ = 0;  // of those that may be dialled for anything
  Subscriptions subscriptions_;
  Health health_;
  std::optional<SlotMap> map_;
  bool looking_ = false;
  bool soon_ = false;
  boost::asio::steady_timer timer_;
  StringMap<Address> placed_;  // sharded channels, by whom they are listened to
  // By slot, in order; no slot is empty.
  std::unordered_map<std::uint16_t, std::vector<PublicationPtr>> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::uint64_t dropped_ = 0;
  std::uint64_t unheard_ = 0;
  Publisher publisher_;
  Subscriber subscriber_;
  std::map<Address, Server> servers_;
};

}  // namespace quickclinic::redis
