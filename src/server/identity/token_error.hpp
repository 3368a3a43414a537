#pragma once

#include "base/result.hpp"

#include <system_error>

namespace quickclinic::identity {

/// Why somebody is not who they say. The messages are the refusals of the wire contract, word for
/// word, and go to the peer; all of them are `unauthenticated`.
enum class TokenError {
  missing = 1,    ///< no source held a token
  format,         ///< not a token, or its claims are not of the right types
  signature,      ///< another algorithm than the configured one, or the signature does not fit
  expired,        ///< `exp` has passed
  not_yet_valid,  ///< `nbf` has not come
};
std::error_code make_error_code(TokenError error) noexcept;

/// Why a key, a password or its cost cannot be used. For the operator: the messages name settings,
/// never values.
enum class KeyError {
  no_key = 1,
  two_keys,
  short_secret,
  secret_is_pem,
  unreadable_public_key,
  weak_rsa_key,
  unsupported_public_key,
  unusable_password,
  unusable_cost,
  crypto_failed,  ///< the library itself failed, as when memory is gone
};
std::error_code make_error_code(KeyError error) noexcept;

}  // namespace quickclinic::identity

template <>
struct std::is_error_code_enum<quickclinic::identity::TokenError> : std::true_type {};
template <>
struct std::is_error_code_enum<quickclinic::identity::KeyError> : std::true_type {};
