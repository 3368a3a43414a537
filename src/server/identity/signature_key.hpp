#pragma once

#include "server/identity/token_error.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace quickclinic::identity {

/// The one algorithm of a deployment with its key, which checks signatures and decides nothing
/// else.
///
/// Immutable once made: any thread may call `matches`, several at once. Every call has a context of
/// its own.
class SignatureKey {
 public:
  /// A shared key is worth no more than a hash's output (RFC 7518, 3.2), and a shorter one can be
  /// guessed.
  static constexpr std::size_t secret_bytes_min = 32;
  static constexpr int rsa_bits_min = 2048;

  /// HS256. `short_secret`; `secret_is_pem` when it is a public key by mistake, which everybody may
  /// know.
  static Result<SignatureKey> from_secret(std::string secret);

  /// RS256, ES256 or EdDSA, as the key's type says.
  static Result<SignatureKey> from_public_key(std::string_view pem);

  /// The value of a token's `alg` header that belongs to this key.
  std::string_view algorithm() const noexcept;

  /// True when `signature`, as a token carries it, is this key's over `text`.
  bool matches(std::string_view text, std::string_view signature) const;

 private:
  enum class Algorithm { hs256, rs256, es256, eddsa };
  struct FreeKey {
    void operator()(evp_pkey_st* key) const noexcept;
  };

  SignatureKey() = default;

  Algorithm algorithm_ = Algorithm::hs256;
  std::string secret_;                            // HS256 only
  std::unique_ptr<evp_pkey_st, FreeKey> public_;  // all others
};

/// The HMAC-SHA-256 of `text`; empty when the library fails.
std::string hmac_sha256(std::string_view secret, std::string_view text);

}  // namespace quickclinic::identity
