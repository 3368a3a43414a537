#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace quickclinic::cluster {

/// The spaces of channels. A name in one is another channel than the same name in the other.
enum class ChannelKind {
  classic,  ///< PUBLISH, SUBSCRIBE
  sharded   ///< SPUBLISH, SSUBSCRIBE: one server of a Redis Cluster owns the channel
};

/// Publishes to channels and listens to them, as Redis knows it. One object a process, on shard 0;
/// every call and every callback is on its thread, and no callback comes while a call is under way.
///
/// It connects by itself and again whenever the line breaks, and subscribes then to everything
/// anew. Meanwhile nothing is heard, and what is published is dropped beyond a bound.
class PubSub {
 public:
  /// One message. Both views end with the call. The bytes come from others: anything may be in
  /// them.
  using Listener = std::function<void(std::string_view channel, std::string_view message)>;

  virtual ~PubSub() = default;

  /// Whether publishing and listening work now.
  virtual bool connected() const noexcept = 0;
  /// Told after each change of `connected`, once everything is subscribed to. At most one.
  virtual void on_change(std::function<void(bool connected)> told) = 0;

  virtual void publish(ChannelKind kind, std::string_view channel, std::string_view message) = 0;

  /// One listener a channel; a second call replaces the first's. It lasts over lost connections.
  virtual void subscribe(ChannelKind kind, std::string_view channel, Listener listener) = 0;
  /// Does nothing when there is no such subscription. Nothing more is heard of it.
  virtual void unsubscribe(ChannelKind kind, std::string_view channel) = 0;
  /// All classic channels that match a glob of Redis (`*`, `?`, `[…]`, `\` escapes).
  virtual void subscribe_pattern(std::string_view pattern, Listener listener) = 0;
  virtual void unsubscribe_pattern(std::string_view pattern) = 0;

  /// How many connections are subscribed to a channel, this process's included; patterns do not
  /// count. Of all servers of a Redis Cluster together. Answers with an error in bounded time when
  /// Redis does not.
  virtual void count_subscribers(ChannelKind kind, std::string_view channel,
                                 std::function<void(Result<std::size_t>)> done) = 0;
};

}  // namespace quickclinic::cluster
