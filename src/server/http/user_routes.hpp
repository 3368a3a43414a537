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
  /// As `me`, but that nobody is signed in is an answer too: a page may ask without knowing.
  Task<Router::Answer> session(ExchangePtr exchange);

  Services& services_;
};

}  // namespace quickclinic::server
