#pragma once

#include <string>
#include <vector>

namespace quickclinic::socketio {

/// Which sockets of a namespace: those in any of `rooms`, or all when there is none; but nobody who
/// is in one of `except`. A socket's id names the room that holds it alone.
struct Selection {
  std::string nsp;
  std::vector<std::string> rooms;
  std::vector<std::string> except;
};

/// How far a broadcast goes.
enum class Reach {
  cluster,  ///< every node that the adapter knows of
  node,     ///< every shard of this process
  shard     ///< this shard
};

}  // namespace quickclinic::socketio
