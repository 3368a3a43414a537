#pragma once

#include "server/http/router.hpp"
#include "server/services.hpp"
#include "transport/shard.hpp"

#include <string>
#include <string_view>

namespace quickclinic::server {

/// What other services tell people through us: `/api/notifications/…`. Guarded by
/// `INTERNAL_API_KEY`; without one they answer only who comes straight from this machine.
class NotificationRoutes {
 public:
  NotificationRoutes(Services& services, transport::Shard& shard)
      : services_(services), shard_(shard) {}

  void install(Router& router);

 private:
  Result<> check_access(const Exchange& exchange) const;
  /// Notes that somebody was told something, or could not be.
  void record(const Exchange& exchange, const chat::UserId& user, std::string result);

  Task<Router::Answer> broadcast(ExchangePtr exchange);
  Task<Router::Answer> new_appointment(ExchangePtr exchange);
  Task<Router::Answer> appointment_status(ExchangePtr exchange);
  Task<Router::Answer> appointment(ExchangePtr exchange);

  Services& services_;
  transport::Shard& shard_;
};

}  // namespace quickclinic::server
