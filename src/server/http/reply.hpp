#pragma once

#include "transport/http_response.hpp"

#include <string>

namespace quickclinic::server {

/// What a route answers: JSON. The headers that every answer has are added by `Exchange`.
struct Reply {
  unsigned status = 200;
  std::string body;
  transport::HeaderList headers = {};
};

}  // namespace quickclinic::server
