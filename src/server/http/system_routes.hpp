#pragma once

#include "server/http/router.hpp"
#include "server/services.hpp"

namespace quickclinic::server {

/// What the program says of itself: `/health`, `/ready`, `/openapi.json`, `/metrics` unless it has
/// a port of its own, and `/` where there is no web front end.
class SystemRoutes {
 public:
  SystemRoutes(Services& services, transport::Shard& shard) : services_(services), shard_(shard) {}

  void install(Router& router);

 private:
  Task<Router::Answer> ready(ExchangePtr exchange);

  Task<Router::Answer> metrics(ExchangePtr exchange);

  Services& services_;
  transport::Shard& shard_;
};

}  // namespace quickclinic::server
