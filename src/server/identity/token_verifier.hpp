#pragma once

#include "base/clock.hpp"
#include "chat/model.hpp"
#include "json/json.hpp"
#include "server/identity/signature_key.hpp"
#include "server/identity/token_error.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace quickclinic::identity {

/// Exactly one of the two keys is set, and decides the algorithm.
struct TokenKeys {
  std::optional<std::string> secret;          ///< HS256
  std::optional<std::string> public_key_pem;  ///< RS256, ES256 or EdDSA, by the key's type
  bool require_exp = true;
};

/// What a verified token says. Role, name and membership are never taken from it.
struct Claims {
  chat::UserId user;
  /// Nothing only when `exp` need not be there and is not. At most a century from the time of
  /// verifying, so that a caller may turn it into a deadline of any clock.
  std::optional<WallTime> expires_at;
  std::string token_hash;  ///< as `hash_token` makes it: the key of revocation
};

/// Names a token in the list of revoked ones: the lower-case hexadecimal SHA-256 of its signed
/// part.
///
/// The signature is left out because whoever holds an ES256 token can turn its signature into
/// another valid one (r, n - s), and a revoked token must not come back under a second name.
std::string hash_token(std::string_view token);

/// Decides whether a JSON Web Token (RFC 7519) is one of ours. The configured algorithm is the only
/// one accepted; nothing in a token's header chooses a key. Immutable: any thread may verify,
/// several at once.
class TokenVerifier {
 public:
  /// An honest token has a few hundred bytes.
  static constexpr std::size_t token_bytes_max = 8192;

  /// Fails with a `KeyError`, whose message is a sentence for the operator.
  static Result<TokenVerifier> create(TokenKeys keys);

  /// Fails with the first `TokenError` of: form, algorithm and signature, types of the claims,
  /// `nbf`, `exp`.
  Result<Claims> verify(std::string_view token, WallTime now) const;

 private:
  TokenVerifier(SignatureKey key, bool require_exp);
  Result<Claims> read_claims(const json::Object& payload, std::string_view token,
                             WallTime now) const;

  SignatureKey key_;
  bool require_exp_;
};

}  // namespace quickclinic::identity
