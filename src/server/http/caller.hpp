#pragma once

#include "base/task.hpp"
#include "chat/model.hpp"
#include "server/http/exchange.hpp"
#include "server/identity/token_verifier.hpp"
#include "server/services.hpp"

namespace quickclinic::server {

/// Finds and verifies the token of a request (contract, section 3). `unauthorized` when there is
/// none or it is not ours; `forbidden` when a write rests on the cookie and comes from a page of a
/// foreign origin, whose visitor's browser added it unasked.
Result<identity::Claims> presented_claims(const Services& services, const Exchange& exchange);

/// Who has sent a request, as the database knows them now.
struct Caller {
  chat::User user;
  identity::Claims claims;
};

/// The same, looked up: a revoked token, an unknown or a disabled user are `unauthorized` too.
/// Whoever asks too often has been answered, and is `rate_limited`.
Task<Caller> identify(Services& services, ExchangePtr exchange);

}  // namespace quickclinic::server
