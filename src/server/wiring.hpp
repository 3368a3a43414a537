#pragma once

#include "server/admission.hpp"
#include "server/chat_events.hpp"
#include "server/http_routes.hpp"
#include "server/live.hpp"
#include "server/metrics/chat_counters.hpp"
#include "server/other_instances.hpp"
#include "server/presence.hpp"
#include "server/services.hpp"
#include "server/watch.hpp"
#include "server/watch_events.hpp"
#include "server/watched_people.hpp"
#include "transport/server.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace quickclinic::server {

/// What the transport has to know of the settings. `tls` may be null.
transport::Options transport_options(const settings::Settings& settings,
                                     std::shared_ptr<const transport::TlsContext> tls);
/// Has `limits`, which outlive the server, applied to connections and handshakes.
void apply(Limits& limits, transport::Options& options);

/// The chat on one shard: everything that answers clients there. Made before the shard runs, gone
/// after it.
class ChatShard {
 public:
  ChatShard(Services& services, transport::Shard& shard);

 private:
  ChatCounters counters_;
  WatchedPeople watched_;
  Live live_;
  Presence presence_;
  Admission admission_;
  ChatEvents events_;
  WatchEvents watch_events_;
  HttpRoutes routes_;
  Watch watch_;
  std::optional<OtherInstances> others_;  // on shard 0
};

}  // namespace quickclinic::server
