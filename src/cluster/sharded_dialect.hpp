#pragma once

#include "cluster/dialect.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace quickclinic::cluster {

/// Which rooms have a channel of their own, which a node listens to only while somebody of it is in
/// the room. The same on all nodes.
enum class RoomChannels : std::uint8_t {
  none,     ///< `static` in Node: every node hears every broadcast
  dynamic,  ///< all but those whose name has 20 characters, as a socket's id
  all       ///< `dynamic-private` in Node
};

struct ShardedOptions {
  std::string key = "socket.io";  ///< in front of every channel
  RoomChannels rooms = RoomChannels::dynamic;
};

/// The dialect of `createShardedAdapter` (`@socket.io/redis-adapter`), on the channels of SPUBLISH
/// of Redis 7, which a Redis Cluster spreads over its servers.
///
/// | channel | carries |
/// |---|---|
/// | `key#nsp#` | everything but what follows; who listens to it is a node |
/// | `key#nsp#room#` | broadcasts to exactly that one |
/// | `key#nsp#id#` | answers to the node of that id |
///
/// JSON, or MessagePack where there is binary data in it.
class ShardedDialect final : public Dialect {
 public:
  explicit ShardedDialect(ShardedOptions options = {});
  /// With an id of the caller's choice, for tests.
  ShardedDialect(ShardedOptions options, std::string id);

  const std::string& id() const noexcept override { return id_; }
  std::string new_request() const override;
  std::vector<Subscription> subscriptions(std::string_view nsp) const override;
  std::optional<Subscription> room_subscription(std::string_view nsp,
                                                std::string_view room) const override;
  Subscription roll(std::string_view nsp) const override;
  std::optional<std::string_view> room_of(std::string_view, std::string_view) const override {
    return std::nullopt;  // there are no patterns
  }
  Outgoing write(Message message) const override;
  Result<Message> read(std::string_view nsp, Topic topic, std::string_view bytes) const override;

 private:
  std::string general_channel(std::string_view nsp) const;
  bool has_channel(std::string_view room) const;
  std::string channel_for(const Message& message) const;

  ShardedOptions options_;
  std::string id_;
};

}  // namespace quickclinic::cluster
