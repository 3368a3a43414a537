#include "transport/options.hpp"

namespace quickclinic::transport {

void add_cors(HttpResponse& response, const OriginVerdict& verdict) {
  if (verdict.allow_origin.empty()) return;
  response.headers.emplace_back("Access-Control-Allow-Origin", verdict.allow_origin);
  if (verdict.allow_origin != "*") response.headers.emplace_back("Vary", "Origin");
  if (verdict.credentials)
    response.headers.emplace_back("Access-Control-Allow-Credentials", "true");
}

}  // namespace quickclinic::transport
