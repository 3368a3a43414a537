#pragma once

#include "json/json.hpp"
#include "server/identity/token_error.hpp"

#include <string>
#include <string_view>

namespace quickclinic::identity {

/// A token with `claims` as they are, signed by HS256. Fails as `SignatureKey::from_secret` does.
/// Any thread.
Result<std::string> sign_hs256(std::string_view secret, const json::Object& claims);

}  // namespace quickclinic::identity
