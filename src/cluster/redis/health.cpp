#include "cluster/redis/health.hpp"

#include "base/log.hpp"

#include <utility>

namespace quickclinic::redis {

void Health::set_good() {
  if (std::exchange(good_, true)) return;
  problem_.clear();
  ++times_good_;
  log::info("Redis is connected");
  if (told_) told_(true);
}

void Health::set_bad(std::string_view reason) {
  const bool was_good = std::exchange(good_, false);
  if (!was_good && problem_ == reason) return;
  problem_ = reason;
  log::warn("Redis is away", {{"reason", reason}});
  if (was_good && told_) told_(false);
}

}  // namespace quickclinic::redis
