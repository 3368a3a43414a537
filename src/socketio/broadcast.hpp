#pragma once

#include "engineio/session.hpp"
#include "socketio/packet.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::socketio {

using engineio::Delivery;

/// An encoded packet and whom it is for: the unit that travels between shards. Immutable once
/// shared.
struct Broadcast {
  std::string nsp;
  std::vector<std::string> rooms;   ///< in any of these; empty: everybody
  std::vector<std::string> except;  ///< but in none of these
  Frames frames;
  Delivery delivery = Delivery::reliable;
};

/// How the namespaces of one shard reach those of the others. Implemented by `transport/`; every
/// call comes from the shard's own thread.
class ShardLink {
 public:
  virtual ~ShardLink() = default;

  /// This shard has its first member of a room (true), or has lost its last one. When the call with
  /// `true` returns, every broadcast that another shard publishes from then on reaches this one.
  virtual void room_occupied(std::uint64_t room_hash, bool occupied) = 0;

  /// Hands `broadcast` to the other shards that may have members of its rooms. Broadcasts of one
  /// shard arrive everywhere in the order in which they were published.
  virtual void publish(std::shared_ptr<const Broadcast> broadcast) = 0;
};

/// What stands for a room in `ShardLink`. Two rooms may share a hash: one then only costs a
/// needless delivery.
std::uint64_t room_hash(std::string_view nsp, std::string_view room) noexcept;

}  // namespace quickclinic::socketio
