#pragma once

#include "engineio/session.hpp"
#include "socketio/offset.hpp"
#include "socketio/packet.hpp"
#include "socketio/selection.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace quickclinic::socketio {

using engineio::Delivery;

/// An encoded packet and whom it is for: the unit that travels between shards. Immutable once
/// shared.
struct Broadcast {
  Selection to;
  Frames frames;
  Delivery delivery = Delivery::reliable;
  std::optional<Offset> offset = {};  ///< for those who may come back for it
  bool this_shard = false;  ///< for a socket of this shard: no other shard has it in its log
};

using BroadcastPtr = std::shared_ptr<const Broadcast>;

/// An event that asks every receiver for an answer. Not encoded: each node gives it a number of its
/// own.
struct Question {
  Selection to;
  std::string name;
  Arguments arguments;
  std::chrono::milliseconds timeout{0};
  bool compress = true;
};

/// What stands for a room in `ShardLink`. Two rooms may share a hash: one then only costs a
/// needless delivery.
std::uint64_t room_hash(std::string_view nsp, std::string_view room) noexcept;

}  // namespace quickclinic::socketio
