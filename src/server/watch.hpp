#pragma once

#include "base/task.hpp"
#include "base/timer_wheel.hpp"
#include "server/services.hpp"
#include "socketio/namespace.hpp"
#include "transport/shard.hpp"

#include <chrono>
#include <memory>

namespace quickclinic::server {

/// Sends away who may not stay: users that were disabled or deleted, revoked tokens, relations that
/// are gone (contract, section 3: within 5 s). Asks the database about everybody who is connected
/// to this shard, every two seconds, takes over changed names, and shows what was not heard live
/// (`Live::catch_up`). One for each shard, which it outlives.
class Watch {
 public:
  static constexpr std::chrono::milliseconds interval{2000};

  Watch(Services& services, transport::Shard& shard);

  void begin();

 private:
  Task<> look();
  void rename(const chat::WatchAnswer& answer);
  void send_away(const chat::WatchRequest& asked, const chat::WatchAnswer& answer);

  Services& services_;
  transport::Shard& shard_;
  Timer timer_;
  unsigned looks_ = 0;
};

}  // namespace quickclinic::server
