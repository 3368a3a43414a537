#include "server/identity/token_error.hpp"

#include "base/error_table.hpp"

#include <array>

namespace quickclinic::identity {
namespace {

constexpr ErrorEntry refusal(TokenError error, std::string_view message) {
  return {static_cast<int>(error), message, Condition::unauthenticated};
}

constexpr std::array refusals = {
    refusal(TokenError::missing, "Missing token"),
    refusal(TokenError::format, "Invalid token format"),
    refusal(TokenError::signature, "Invalid token signature"),
    refusal(TokenError::expired, "Token expired"),
    refusal(TokenError::not_yet_valid, "Token not yet valid"),
};

constexpr ErrorEntry unusable(KeyError error, std::string_view message,
                              Condition condition = Condition::bad_request) {
  return {static_cast<int>(error), message, condition};
}

constexpr std::array key_errors = {
    unusable(KeyError::no_key, "neither JWT_SECRET nor JWT_PUBLIC_KEY is set"),
    unusable(KeyError::two_keys, "JWT_SECRET and JWT_PUBLIC_KEY are both set; one is accepted"),
    unusable(KeyError::short_secret, "JWT_SECRET must be at least 32 bytes long"),
    unusable(KeyError::secret_is_pem,
             "JWT_SECRET holds a PEM key; a public key belongs into JWT_PUBLIC_KEY"),
    unusable(KeyError::unreadable_public_key, "JWT_PUBLIC_KEY must be a public key in PEM form"),
    unusable(KeyError::weak_rsa_key, "JWT_PUBLIC_KEY is an RSA key of fewer than 2048 bits"),
    unusable(KeyError::unsupported_public_key,
             "JWT_PUBLIC_KEY must be an RSA, a P-256 or an Ed25519 key"),
    unusable(KeyError::unusable_password,
             "a password must have 1 to 72 bytes and no NUL among them"),
    unusable(KeyError::unusable_cost, "the cost of a password hash must be 4 to 16"),
    unusable(KeyError::crypto_failed, "the cryptographic library failed", Condition::internal),
};

}  // namespace

std::error_code make_error_code(TokenError error) noexcept {
  static const ErrorTable table("token", refusals);
  return {static_cast<int>(error), table};
}

std::error_code make_error_code(KeyError error) noexcept {
  static const ErrorTable table("key", key_errors);
  return {static_cast<int>(error), table};
}

}  // namespace quickclinic::identity
