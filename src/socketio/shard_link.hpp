#pragma once

#include "socketio/broadcast.hpp"

#include <cstdint>
#include <functional>
#include <memory>

namespace quickclinic::socketio {

class Server;

/// How the servers of the shards of one process reach each other. Implemented by `transport/`; a
/// server without a link is alone.
class ShardLink {
 public:
  virtual ~ShardLink() = default;

  // -- any thread

  /// The number of this shard, from 0, and how many there are.
  virtual unsigned shard() const noexcept = 0;
  virtual unsigned shards() const noexcept = 0;
  /// Runs `task` with the server of that shard, on its thread, behind everything that was sent
  /// there from this thread before. Dropped when the shard has stopped.
  virtual void run_on(unsigned shard, std::move_only_function<void(Server&)> task) = 0;

  // -- the shard's own thread

  /// This shard has its first member of a room (true), or has lost its last one. When the call with
  /// `true` returns, every broadcast that another shard publishes from then on reaches this one.
  virtual void room_occupied(std::uint64_t room_hash, bool occupied) = 0;

  /// Hands `broadcast` to the other shards that may have members of its rooms, and to all when it
  /// has an offset. Broadcasts of one shard arrive everywhere in the order in which they were
  /// published.
  virtual void publish(std::shared_ptr<const Broadcast> broadcast) = 0;
};

}  // namespace quickclinic::socketio
