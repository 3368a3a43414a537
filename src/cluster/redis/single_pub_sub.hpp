#pragma once

#include "cluster/redis/health.hpp"
#include "cluster/redis/publisher.hpp"
#include "cluster/redis/redis_pub_sub.hpp"
#include "cluster/redis/subscriber.hpp"
#include "cluster/redis/subscriptions.hpp"

#include <functional>
#include <string_view>

namespace quickclinic::redis {

/// `PubSub` over one server, wherever `find` says that it is: a line for what is published and
/// asked, another for what is listened to.
class SinglePubSub : public RedisPubSub {
 public:
  SinglePubSub(const boost::asio::any_io_executor& executor, const Introduction& introduction,
               const Line::Find& find);

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

  /// The server is another now: both lines are made anew.
  virtual void renew(const Error& reason);
  const Address& address() noexcept { return publisher_.line().address(); }

 protected:
  /// Whether all works that has to.
  virtual bool whole() const noexcept { return publisher_.ready() && subscriber_.subscribed(); }
  void changed();
  void lost(const Error& reason);
  Publisher& publisher() noexcept { return publisher_; }

 private:
  void add(Subscribing subscribing, std::string_view name, Listener listener);
  void remove(Subscribing subscribing, std::string_view name);

  Subscriptions subscriptions_;
  Health health_;
  std::uint64_t unheard_ = 0;
  Publisher publisher_;
  Subscriber subscriber_;
};

/// How many subscribers `PUBSUB NUMSUB` or `SHARDNUMSUB` found, of its answer.
Result<std::size_t> subscribers_in(const Result<Reply>& reply);
std::string_view count_subcommand(cluster::ChannelKind kind) noexcept;

}  // namespace quickclinic::redis
