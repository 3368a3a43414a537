#pragma once

#include "base/string_hash.hpp"
#include "cluster/redis/line.hpp"
#include "cluster/redis/subscriptions.hpp"

#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace quickclinic::redis {

/// Holds subscriptions over one line: makes them all again after every connect. Single-threaded; as
/// long-lived as its line.
class Subscriber {
 public:
  struct Events {
    std::function<void()> subscribed;  ///< everything that was wanted at the connect is confirmed
    std::function<void(const Error&)> lost;
    std::function<void(const Reply&)> heard;  ///< a message
    /// A sharded channel is no longer with this server (Redis Cluster); it is forgotten here.
    std::function<void(const std::string& name)> moved;
  };

  Subscriber(const boost::asio::any_io_executor& executor, const Introduction& introduction,
             Line::Find find, Events events);

  void open() { line_.open(); }
  Line& line() noexcept { return line_; }
  bool subscribed() const noexcept { return subscribed_; }

  void add(Subscribing subscribing, std::string_view name);
  void remove(Subscribing subscribing, std::string_view name);
  bool empty() const noexcept;

 private:
  StringSet& wanted(Subscribing subscribing) {
    return wanted_[static_cast<std::size_t>(subscribing)];
  }

  void begin(Connection& connection);
  void ask_for(Connection& connection, Subscribing subscribing, const std::string& name);
  void confirmed(Subscribing subscribing, const std::string& name, const Result<Reply>& reply);
  void heard(const Reply& reply);

  Events events_;
  std::array<StringSet, all_subscribings.size()> wanted_;
  bool subscribed_ = false;
  Line line_;
};

}  // namespace quickclinic::redis
