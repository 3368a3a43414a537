#pragma once

#include "cluster/dialect.hpp"
#include "cluster/streams.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace quickclinic::cluster {

/// All but the numbers have to be the same on all nodes. Named as Node's, one by one.
struct StreamsOptions {
  std::string stream_name = "socket.io";
  std::string channel_prefix = "socket.io";  ///< in front of every channel
  bool use_sharded_pub_sub = false;          ///< channels of SPUBLISH, which wants Redis 7
  /// How many entries stay in the stream, about: what a client may have missed has to be among
  /// them.
  std::size_t max_len = 10'000;
  std::size_t read_count = 100;  ///< entries that are read at once
  /// In front of the key of a session that waits for its client
  /// (`socketio::RecoverySettings::across_nodes`).
  std::string session_key_prefix = "sio:session:";
};

/// The dialect of `createAdapter` of `@socket.io/redis-streams-adapter`.
///
/// What changes something for sockets stands in one stream for all namespaces; questions and their
/// answers go by channels:
///
/// | channel | carries |
/// |---|---|
/// | `prefix#nsp#` | questions; who listens to it is a node |
/// | `prefix#nsp#id#` | answers to the node of that id |
class StreamsDialect final : public Dialect {
 public:
  explicit StreamsDialect(StreamsOptions options = {});
  /// With an id of the caller's choice, for tests.
  StreamsDialect(StreamsOptions options, std::string id);

  const std::string& id() const noexcept override { return id_; }
  std::string new_request() const override;
  std::vector<Subscription> subscriptions(std::string_view nsp) const override;
  std::optional<Subscription> room_subscription(std::string_view, std::string_view) const override {
    return std::nullopt;
  }
  Subscription roll(std::string_view nsp) const override;
  std::optional<std::string_view> room_of(std::string_view, std::string_view) const override {
    return std::nullopt;
  }
  Outgoing write(Message message) const override;
  Result<Message> read(std::string_view nsp, Topic topic, std::string_view bytes) const override;

  /// Whether a message belongs in the stream.
  static bool belongs_in_stream(const Message& message) noexcept;
  EntryFields write_entry(Message message) const;
  /// Fails with `ClusterError`.
  static Result<Message> read_entry(const EntryFields& fields);

 private:
  std::string general_channel(std::string_view nsp) const;
  ChannelKind channels() const noexcept {
    return options_.use_sharded_pub_sub ? ChannelKind::sharded : ChannelKind::classic;
  }

  StreamsOptions options_;
  std::string id_;
};

/// The value of a field; empty when there is none.
std::string_view field(const EntryFields& fields, std::string_view name) noexcept;

}  // namespace quickclinic::cluster
