#pragma once

#include "server/identity/token_verifier.hpp"
#include "server/settings/settings.hpp"

namespace quickclinic::server {

/// The verifier that the settings ask for. The error's context is a sentence for the operator.
Result<identity::TokenVerifier> token_verifier(const settings::Settings& settings);

}  // namespace quickclinic::server
