#pragma once

#include "server/http/router.hpp"
#include "server/services.hpp"

namespace quickclinic::server {

/// Signing in and out: `/api/user/…`.
class UserRoutes {
 public:
  explicit UserRoutes(Services& services) : services_(services) {}

  void install(Router& router);

 private:
  Task<Router::Answer> login(ExchangePtr exchange);
  Task<Router::Answer> logout(ExchangePtr exchange);
  Task<Router::Answer> me(ExchangePtr exchange);

  Services& services_;
};

}  // namespace quickclinic::server
