#include "server/liveness.hpp"

#include <algorithm>

namespace quickclinic::server {

bool Liveness::beat() {
  // A shard that hangs is not asked again, so that its mailbox does not fill with questions.
  if (std::ranges::any_of(*waiting_, [](const auto& waits) { return waits.load(); })) return false;
  for (unsigned i = 0; i < server_.shard_count(); ++i) {
    (*waiting_)[i].store(true);
    server_.shard(i).post([waiting = waiting_, i] { (*waiting)[i].store(false); });
  }
  return true;
}

}  // namespace quickclinic::server
