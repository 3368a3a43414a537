#pragma once

#include "server/identity/token_error.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// Passwords by bcrypt, in crypt(5)'s form, as the web application writes and reads them.
///
/// Both functions take tens of milliseconds of processor time on purpose: call them on a pool,
/// never on a shard. Any thread, several at once.
namespace quickclinic::identity {

/// bcrypt reads no further; a longer password would be cut silently.
inline constexpr std::size_t password_bytes_max = 72;

/// A `$2b$` hash with a fresh salt; each step of `cost` (4 to 16) doubles the time.
/// `unusable_password` when it is empty, longer than bcrypt reads, or holds a NUL.
Result<std::string> hash_password(std::string_view password, unsigned cost = 10);

/// True when `hash` is a bcrypt hash (`$2a$`, `$2b$`, `$2y$`) of `password`. Anything that is not
/// such a hash, or would take more than `hash_password` ever does, fits no password.
bool check_password(std::string_view password, std::string_view hash);

/// The cost of a hash that `check_password` would look at; nothing for all other text.
std::optional<unsigned> hash_cost(std::string_view hash);

/// A hash of that cost (4 to 16) that fits no password anybody knows: checking against it takes as
/// long as against somebody's.
std::string unknown_password_hash(unsigned cost);

}  // namespace quickclinic::identity
