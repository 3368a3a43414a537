#pragma once

#include "server/http/router.hpp"
#include "server/services.hpp"

namespace quickclinic::server {

/// Making relations and listing them: `/api/doctorpatientrelations`.
class RelationRoutes {
 public:
  explicit RelationRoutes(Services& services) : services_(services) {}

  void install(Router& router);

 private:
  Task<Router::Answer> add(ExchangePtr exchange);
  Task<Router::Answer> list(ExchangePtr exchange);

  Services& services_;
};

}  // namespace quickclinic::server
