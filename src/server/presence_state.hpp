#pragma once

#include "base/clock.hpp"

#include <optional>

namespace quickclinic::server {

/// Whether a person is there, and when they were last.
struct PresenceState {
  bool online = false;
  std::optional<WallTime> last_seen = {};  ///< nothing while online, and when it is not known
};

}  // namespace quickclinic::server
