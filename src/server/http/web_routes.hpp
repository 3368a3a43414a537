#pragma once

#include "server/http/router.hpp"
#include "server/services.hpp"

#include <string_view>

namespace quickclinic::server {

/// The web front end, on every path that is nobody else's. Nothing where there is none.
class WebRoutes {
 public:
  explicit WebRoutes(Services& services) : services_(services) {}

  void install(Router& router);

 private:
  void serve(ExchangePtr exchange) const;

  Services& services_;
};

/// Whether a path is for programs, so that an unknown one is answered in JSON.
bool is_for_programs(std::string_view path) noexcept;

}  // namespace quickclinic::server
