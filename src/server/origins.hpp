#pragma once

#include "server/settings/settings.hpp"
#include "transport/options.hpp"

namespace quickclinic::server {

/// Which pages may use this server (contract, section 5, "CORS"): its own, and those of
/// `FRONTEND_URL`; in demo mode also any port of this machine. A request without an `Origin` is not
/// from a page.
transport::OriginPolicy origin_policy(const settings::Settings& settings);

}  // namespace quickclinic::server
