#include "server/identity/token_signer.hpp"

#include "base/base64.hpp"
#include "server/identity/signature_key.hpp"

namespace quickclinic::identity {

Result<std::string> sign_hs256(std::string_view secret, const json::Object& claims) {
  const auto key = SignatureKey::from_secret(std::string(secret));
  if (!key) return std::unexpected(key.error());
  std::string token = base64_encode(R"({"alg":"HS256","typ":"JWT"})", Base64::url);
  token += '.';
  token += base64_encode(json::to_text(claims), Base64::url);
  const std::string signature = hmac_sha256(secret, token);
  if (signature.empty()) return fail(KeyError::crypto_failed);
  token += '.';
  token += base64_encode(signature, Base64::url);
  return token;
}

}  // namespace quickclinic::identity
