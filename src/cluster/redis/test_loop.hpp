#pragma once

#include "cluster/redis/redis_pub_sub.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace quickclinic::redis {

/// A loop that a test turns by hand, and connections to Redis on it.
class RedisLoop {
 public:
  /// Turns the loop until `done`; false when that took longer than any test should.
  bool run_until(const std::function<bool()>& done) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!done()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      context_.run_one_for(std::chrono::milliseconds(100));
    }
    return true;
  }

  std::unique_ptr<RedisPubSub> dial(const std::string& url) {
    return std::move(make_redis_pub_sub(context_.get_executor(), read_redis_url(url).value()))
        .value();
  }
  std::unique_ptr<RedisPubSub> connect(const std::string& url) {
    auto made = dial(url);
    run_until([&] { return made->connected(); });
    return made;
  }

  /// How many listen to the channel, as Redis counts.
  std::size_t count(RedisPubSub& pub_sub, cluster::ChannelKind kind, std::string_view channel) {
    std::optional<Result<std::size_t>> counted;
    pub_sub.count_subscribers(kind, channel, [&](Result<std::size_t> n) { counted = n; });
    run_until([&] { return counted.has_value(); });
    return counted->value_or(0);
  }
  /// Returns once so many listen.
  bool wait_for_listeners(RedisPubSub& pub_sub, cluster::ChannelKind kind, std::string_view channel,
                          std::size_t wanted) {
    return run_until([&] { return count(pub_sub, kind, channel) == wanted; });
  }

  boost::asio::io_context& context() { return context_; }

 private:
  boost::asio::io_context context_{1};
  // Without it the loop ends for good when nothing is under way.
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_{
      context_.get_executor()};
};

/// Notes down what it hears.
struct Heard {
  std::vector<std::pair<std::string, std::string>> messages;

  cluster::PubSub::Listener listener() {
    return [this](std::string_view channel, std::string_view message) {
      messages.emplace_back(channel, message);
    };
  }
  bool has(std::string_view message) const {
    for (const auto& [channel, text] : messages) {
      if (text == message) return true;
    }
    return false;
  }
};

}  // namespace quickclinic::redis
