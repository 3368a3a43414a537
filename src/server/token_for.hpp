#pragma once

#include "base/result.hpp"
#include "chat/model.hpp"
#include "server/settings/settings.hpp"

#include <chrono>
#include <string>

namespace quickclinic::server {

/// A token for `user`, signed with `JWT_SECRET`. Fails with a sentence when there is no secret to
/// sign with.
Result<std::string> token_for(const settings::Settings& settings, const chat::User& user,
                              std::chrono::seconds expires_in);

}  // namespace quickclinic::server
