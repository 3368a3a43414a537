#pragma once

#include "base/timer_wheel.hpp"
#include "server/cluster_node.hpp"
#include "server/instance_roll.hpp"
#include "server/services.hpp"
#include "transport/shard.hpp"

#include <optional>

namespace quickclinic::server {

/// Tells the other instances that this one is there, hears the same of them, and has presence
/// looked at again (`Presence::look_again`) when one has fallen silent, because a process that was
/// killed took leave of nobody, and when Redis was away, because nobody was heard then. Lives on
/// shard 0, which it outlives; does nothing where there is no way to others.
class OtherInstances {
 public:
  OtherInstances(Services& services, transport::Shard& shard);

  void begin();

 private:
  void look(TimePoint now);
  void tell();
  void hear(const ClusterNode::Introduction& introduction);
  void count();  // for the metrics
  void look_at_presence();

  Services& services_;
  transport::Shard& shard_;
  InstanceRoll roll_;
  std::optional<TimePoint> look_due_;  // set while others are still coming back
  Timer timer_;
};

}  // namespace quickclinic::server
