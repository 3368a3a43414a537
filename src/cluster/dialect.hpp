#pragma once

#include "base/result.hpp"
#include "cluster/message.hpp"
#include "cluster/pub_sub.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::cluster {

/// Messages beyond are dropped. Redis itself cuts off who has 32 MB waiting.
inline constexpr std::size_t message_bytes_max = 16'000'000;
/// In one message; each costs memory far beyond the two bytes that it takes.
inline constexpr std::size_t message_attachments_max = 1000;
/// How deep the envelope around what a client said may be.
inline constexpr std::size_t envelope_levels = 8;

/// What a channel carries.
enum class Topic : std::uint8_t { broadcasts, requests, answers, everything };

/// A channel, or all those that match a pattern, which a node listens to for a namespace.
struct Subscription {
  ChannelKind kind = ChannelKind::classic;
  std::string channel;
  Topic topic = Topic::everything;
  bool is_pattern = false;
};

struct Outgoing {
  ChannelKind kind = ChannelKind::classic;
  std::string channel;
  std::string bytes;
};

/// How the nodes of a cluster write down what they have to say, and on which channels: the whole
/// difference between the official adapters. Says and reads nothing itself. Single-threaded.
class Dialect {
 public:
  virtual ~Dialect() = default;

  /// The id of this node, made with the dialect.
  virtual const std::string& id() const noexcept = 0;
  virtual std::string new_request() const = 0;

  virtual std::vector<Subscription> subscriptions(std::string_view nsp) const = 0;
  /// What to listen to besides while somebody is in `room`, if anything.
  virtual std::optional<Subscription> room_subscription(std::string_view nsp,
                                                        std::string_view room) const = 0;
  /// Who is subscribed to it is a node.
  virtual Subscription roll(std::string_view nsp) const = 0;
  /// Of a channel that a pattern of `nsp` matched: the room that it belongs to, which is empty when
  /// it belongs to none. Nothing when it is another namespace's.
  virtual std::optional<std::string_view> room_of(std::string_view nsp,
                                                  std::string_view channel) const = 0;

  virtual Outgoing write(Message message) const = 0;
  /// Reads what came for `nsp`. `bytes` may be anything; takes memory of some forty times their
  /// size at worst. Fails with `ClusterError`.
  virtual Result<Message> read(std::string_view nsp, Topic topic, std::string_view bytes) const = 0;
};

}  // namespace quickclinic::cluster
