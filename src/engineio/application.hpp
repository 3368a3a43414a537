#pragma once

#include "engineio/session.hpp"

#include <string_view>

namespace quickclinic::engineio {

/// What a session carries messages for: Socket.IO, or a program that speaks Engine.IO alone. Made
/// when the session opens, called on its shard, and destroyed after `closed`, never from within one
/// of its own calls.
class Application {
 public:
  virtual ~Application() = default;

  /// A message. Valid during the call.
  virtual void receive(std::string_view message, bool binary) = 0;

  /// A text message larger than may be read, of which only the beginning was kept. False when
  /// nobody can be answered for it.
  virtual bool receive_oversized(std::string_view beginning) = 0;

  /// The session has closed. Called once.
  virtual void closed(CloseReason reason) = 0;
};

}  // namespace quickclinic::engineio
