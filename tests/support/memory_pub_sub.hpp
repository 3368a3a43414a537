#pragma once

#include "cluster/pub_sub.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace quickclinic::testing {

/// What a Redis server does with channels, within this process: for tests of what stands on it.
/// Any thread. What is published arrives on each listener's own loop, in order.
class MemoryBroker {
 public:
  class Member;

  void enter(Member& member);
  void leave(Member& member);
  void publish(cluster::ChannelKind kind, const std::string& channel, const std::string& message);
  std::size_t count(cluster::ChannelKind kind, const std::string& channel);

 private:
  friend class Member;
  std::mutex mutex_;
  std::vector<Member*> members_;
};

/// One node's connection to a `MemoryBroker`.
class MemoryBroker::Member final : public cluster::PubSub {
 public:
  Member(std::shared_ptr<MemoryBroker> broker, boost::asio::any_io_executor executor);
  ~Member() override;
  Member(const Member&) = delete;
  Member& operator=(const Member&) = delete;

  bool connected() const noexcept override { return true; }
  void on_change(std::function<void(bool connected)>) override {}
  void publish(cluster::ChannelKind kind, std::string_view channel,
               std::string_view message) override;
  void subscribe(cluster::ChannelKind kind, std::string_view channel, Listener listener) override;
  void unsubscribe(cluster::ChannelKind kind, std::string_view channel) override;
  void subscribe_pattern(std::string_view pattern, Listener listener) override;
  void unsubscribe_pattern(std::string_view pattern) override;
  void count_subscribers(cluster::ChannelKind kind, std::string_view channel,
                         std::function<void(Result<std::size_t>)> done) override;

 private:
  friend class MemoryBroker;
  using Channel = std::pair<cluster::ChannelKind, std::string>;
  using ListenerPtr = std::shared_ptr<Listener>;  // owners: the table, and what is on its way

  void arrive(const Channel& channel, const std::string& message);

  std::shared_ptr<MemoryBroker> broker_;  // owners: its members
  boost::asio::any_io_executor executor_;
  std::map<Channel, ListenerPtr> channels_;  // both guarded by the broker's mutex
  std::map<std::string, ListenerPtr> patterns_;
};

}  // namespace quickclinic::testing
