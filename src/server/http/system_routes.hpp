#pragma once

#include "server/http/router.hpp"
#include "server/services.hpp"

namespace quickclinic::server {

/// What the program says of itself: `/health`, `/ready`, `/openapi.json`, and `/` where there is no
/// web front end.
class SystemRoutes {
 public:
  explicit SystemRoutes(Services& services) : services_(services) {}

  void install(Router& router);

 private:
  Task<Router::Answer> ready(ExchangePtr exchange);

  Services& services_;
};

}  // namespace quickclinic::server
