#pragma once

#include "json/json.hpp"
#include "server/identity/token_error.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace quickclinic::identity {

/// Where a handshake or a request may carry its token, as it came in. Borrows everything.
struct Credentials {
  const json::Value* auth = nullptr;              ///< the CONNECT packet's payload; null for HTTP
  std::optional<std::string_view> authorization;  ///< the header `Authorization`
  std::string_view cookie;                        ///< the header `Cookie`
  std::optional<std::string_view> query_token;    ///< the parameter `token`, decoded
};

enum class TokenSource { auth, bearer, cookie, query };

struct FoundToken {
  TokenSource source;
  std::string token;  ///< not verified; may be anything
};

/// Looks in `auth.token`, the bearer header, the cookie `token` and the query, in this order. The
/// first that is there decides: a bad token is never rescued by a later source. An empty
/// `auth.token`, cookie or parameter counts as absent, as an application sends it after a logout; a
/// bearer header without a token does not.
///
/// `TokenError::missing` when no source has one, `TokenError::format` when `auth.token` is there
/// and not a string.
Result<FoundToken> find_token(const Credentials& credentials);

}  // namespace quickclinic::identity
