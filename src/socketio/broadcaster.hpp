#pragma once

#include "socketio/broadcast.hpp"
#include "socketio/packet.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::socketio {

class Namespace;

/// Picks sockets of a namespace, on all shards, and sends to them:
/// `nsp.to("a").except("b").emit(…)`. A value to be used at once, on the shard of the namespace
/// that made it.
class Broadcaster {
 public:
  explicit Broadcaster(Namespace& nsp) : nsp_(&nsp) {}

  /// Adds a room to the union that receives; a socket in several of them receives once.
  Broadcaster to(std::string_view room) &&;
  Broadcaster except(std::string_view room) &&;
  /// Drops the packet for clients that cannot take it right now.
  Broadcaster if_writable() &&;
  /// Only sockets of this shard.
  Broadcaster local() &&;

  void emit(std::string_view name, const Arguments& arguments) &&;
  /// With arguments already encoded: JSON values joined by commas.
  void emit_text(std::string_view name, std::string_view arguments) &&;

 private:
  void send(Frames frames) &&;

  Namespace* nsp_;
  std::vector<std::string> rooms_;
  std::vector<std::string> except_;
  Delivery delivery_ = Delivery::reliable;
  bool local_ = false;
};

}  // namespace quickclinic::socketio
