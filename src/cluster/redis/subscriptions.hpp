#pragma once

#include "base/string_hash.hpp"
#include "cluster/pub_sub.hpp"
#include "cluster/redis/reply.hpp"

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

namespace quickclinic::redis {

/// What a subscription is made with: its command, and the kind of message that it brings.
enum class Subscribing { channel, pattern, sharded };

constexpr std::array all_subscribings = {Subscribing::channel, Subscribing::pattern,
                                         Subscribing::sharded};

constexpr Subscribing subscribing_to(cluster::ChannelKind kind) noexcept {
  return kind == cluster::ChannelKind::classic ? Subscribing::channel : Subscribing::sharded;
}

std::string_view subscribe_command(Subscribing subscribing) noexcept;
std::string_view unsubscribe_command(Subscribing subscribing) noexcept;

/// Who listens to what, whatever line it comes over. Single-threaded.
class Subscriptions {
 public:
  using Listener = cluster::PubSub::Listener;

  /// Whether it is new; otherwise the listener replaces the one before.
  bool add(Subscribing subscribing, std::string_view name, Listener listener);
  /// Whether it was there.
  bool remove(Subscribing subscribing, std::string_view name);
  bool has(Subscribing subscribing, std::string_view name) const;
  std::size_t count(Subscribing subscribing) const noexcept;
  /// `visit` may not add or remove.
  void each(Subscribing subscribing, const std::function<void(std::string_view)>& visit) const;

  /// Hands a message of a server to its listener; false when there is none, or it is no message. A
  /// listener may add and remove, itself too.
  bool deliver(const Reply& reply) const;

 private:
  // Shared with a call under way.
  using Table = StringMap<std::shared_ptr<const Listener>>;
  Table& table(Subscribing subscribing) { return tables_[static_cast<std::size_t>(subscribing)]; }
  const Table& table(Subscribing subscribing) const {
    return tables_[static_cast<std::size_t>(subscribing)];
  }

  std::array<Table, all_subscribings.size()> tables_;
};

}  // namespace quickclinic::redis
