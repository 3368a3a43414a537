#include "server/token_for.hpp"

#include "base/clock.hpp"
#include "base/random.hpp"
#include "json/json.hpp"
#include "server/identity/token_signer.hpp"

namespace quickclinic::server {

Result<std::string> token_for(const settings::Settings& settings, const chat::User& user,
                              std::chrono::seconds expires_in) {
  if (!settings.jwt_secret) {
    return fail(settings::SettingsError::missing,
                "A token can only be made with JWT_SECRET, which is not set");
  }
  const auto now = std::chrono::floor<std::chrono::seconds>(wall_now()).time_since_epoch();
  json::Object claims;
  claims["id"] = user.id.text();
  claims["email"] = user.email;
  claims["role"] = to_text(user.role);
  claims["jti"] = random_token(16);  // two tokens of one second are two, and revoked one by one
  claims["iat"] = now.count();
  claims["exp"] = (now + expires_in).count();
  return identity::sign_hs256(settings.jwt_secret->reveal(), claims);
}

}  // namespace quickclinic::server
