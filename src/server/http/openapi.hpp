#pragma once

#include <string_view>

namespace quickclinic::server {

/// The description of the HTTP API (OpenAPI 3.1): `openapi.json` beside this file, compiled in.
std::string_view openapi_document() noexcept;

}  // namespace quickclinic::server
