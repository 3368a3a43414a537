#pragma once

#include "base/result.hpp"
#include "cluster/counters.hpp"
#include "server/settings/settings.hpp"
#include "socketio/adapter.hpp"

#include <memory>

namespace quickclinic::server {

/// How this instance meets the others: over the Redis that `REDIS_URL` names.
struct WayToOtherInstances {
  socketio::AdapterFactory adapter;
  std::shared_ptr<const cluster::Counters> counters;  ///< shared with the adapter
};

/// `REDIS_URL` has to be set. Does not wait for Redis: an instance without it serves those who are
/// connected to it. A failure is a sentence for the operator.
Result<WayToOtherInstances> way_to_other_instances(const settings::Settings& settings);

}  // namespace quickclinic::server
