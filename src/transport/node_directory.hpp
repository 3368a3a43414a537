#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace quickclinic::transport {

/// Where a node takes the requests for its sessions, from other nodes: a numeric IP address and a
/// port, plain HTTP.
struct NodeAddress {
  std::string host;  ///< without the brackets of an IPv6 address
  std::uint16_t port = 0;

  /// `192.0.2.1:4000` or `[2001:db8::1]:4000`; nothing for any other text.
  static std::optional<NodeAddress> parse(std::string_view text);
  std::string text() const;

  friend bool operator==(const NodeAddress&, const NodeAddress&) = default;
};

/// A node that is there.
struct KnownNode {
  std::optional<NodeAddress> address = {};  ///< nothing: others cannot pass requests on to it
};

/// Who else is there: asked when a request names a session of another node, so that it can be
/// passed on. Shared by all shards and called on every one of them at once.
class NodeDirectory {
 public:
  virtual ~NodeDirectory() = default;
  /// The node that puts `name` into its sessions' ids. Nothing: there is none, as far as is known.
  virtual std::optional<KnownNode> find(std::string_view name) const = 0;
};

/// What passing requests on may take; for each shard.
struct RelayLimits {
  std::chrono::milliseconds connect{2'000};
  /// For the answer's head, and then between two pieces of it; a poll waits for a heartbeat beyond.
  std::chrono::milliseconds answer{10'000};
  /// How often a request that waits looks whether the other node is known still.
  std::chrono::milliseconds look{1'000};
  std::chrono::milliseconds idle{30'000};   ///< shorter than the `Patience::idle` of the other node
  std::size_t requests_max = 10'000;        ///< on the way at once; upgraded ones are not counted
  std::size_t idle_lines_max = 256;         ///< connections kept for the next request
  std::size_t body_bytes_max = 64'000'000;  ///< of all requests on the way
};

/// This process as one of several that share their clients, behind a load balancer that need not
/// know which session is whose.
struct NodeOptions {
  /// Stands in the ids of its sessions: `engineio::node_characters` that no other node has. Empty:
  /// it is alone.
  std::string name = {};
  std::shared_ptr<const NodeDirectory> others = {};  ///< null: nothing is passed on
  /// What all nodes know and nobody else does; by it a node believes another one's word about a
  /// client. Empty: nothing is passed on, nor believed.
  std::string key = {};
  RelayLimits limits = {};
};

}  // namespace quickclinic::transport
