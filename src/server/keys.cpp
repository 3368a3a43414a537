#include "server/keys.hpp"

namespace quickclinic::server {

Result<identity::TokenVerifier> token_verifier(const settings::Settings& settings) {
  identity::TokenKeys keys;
  if (settings.jwt_secret) keys.secret = settings.jwt_secret->reveal();
  keys.public_key_pem = settings.jwt_public_key;
  keys.require_exp = settings.jwt_require_exp;
  Result<identity::TokenVerifier> verifier = identity::TokenVerifier::create(std::move(keys));
  if (!verifier && verifier.error().context.empty()) {
    return std::unexpected(Error(verifier.error().code, verifier.error().code.message()));
  }
  return verifier;
}

}  // namespace quickclinic::server
