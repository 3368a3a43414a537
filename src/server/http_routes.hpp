#pragma once

#include "base/task.hpp"
#include "server/services.hpp"
#include "transport/shard.hpp"

namespace quickclinic::server {

/// The HTTP endpoints (contract, section 5). One for each shard, which it outlives.
class HttpRoutes {
 public:
  HttpRoutes(Services& services, transport::Shard& shard) : services_(services), shard_(shard) {}

  void install();

 private:
  void serve(const transport::Visit& visit, transport::Responder respond);
  Task<> ready(transport::OriginVerdict verdict, transport::Responder respond);

  Services& services_;
  transport::Shard& shard_;
};

}  // namespace quickclinic::server
