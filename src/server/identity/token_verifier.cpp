#include "server/identity/token_verifier.hpp"

#include "base/base64.hpp"
#include "base/digest.hpp"
#include "json/fields.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

namespace quickclinic::identity {
namespace {

/// The parts of a token in compact form (RFC 7515, 7.1), decoded. `signed_text` borrows from the
/// token.
struct Parts {
  json::Object header;
  json::Object payload;
  std::string signature;
  std::string_view signed_text;
};

Result<json::Object> decode_object(std::string_view part) {
  const auto text = base64_decode(part, Base64::url);
  if (!text) return fail(TokenError::format);
  auto value = json::parse(*text);
  if (!value || !value->is_object()) return fail(TokenError::format);
  return std::move(value->as_object());
}

Result<Parts> take_apart(std::string_view token) {
  if (token.size() > TokenVerifier::token_bytes_max) return fail(TokenError::format);
  const std::size_t first = token.find('.');
  const std::size_t last = token.rfind('.');
  if (first == last || first == 0 || last + 1 == token.size()) return fail(TokenError::format);
  // A third dot would stand in the payload's part, where the decoder refuses it.
  auto header = decode_object(token.substr(0, first));
  if (!header) return std::unexpected(header.error());
  auto payload = decode_object(token.substr(first + 1, last - first - 1));
  if (!payload) return std::unexpected(payload.error());
  auto signature = base64_decode(token.substr(last + 1), Base64::url);
  if (!signature) return fail(TokenError::format);
  return Parts{std::move(*header), std::move(*payload), std::move(*signature),
               token.substr(0, last)};
}

/// A claim of type NumericDate (RFC 7519, 2): seconds since 1970, possibly with a fraction. Nothing
/// when the claim is not there at all.
Result<std::optional<double>> seconds_of(const json::Object& payload, std::string_view name) {
  const json::Value* value =
      payload.if_contains(boost::json::string_view(name.data(), name.size()));
  if (value == nullptr) return std::nullopt;
  if (const auto* number = value->if_int64()) return static_cast<double>(*number);
  if (const auto* number = value->if_uint64()) return static_cast<double>(*number);
  if (const auto* number = value->if_double(); number != nullptr && std::isfinite(*number)) {
    return *number;
  }
  return fail(TokenError::format);
}

/// The first millisecond that is not before `seconds`, held between 1970 and a century from now:
/// both ends decide as the true time would, and neither overflows.
WallTime instant(double seconds, WallTime now) {
  const WallTime latest = now + std::chrono::years(100);
  const double latest_ms = static_cast<double>(latest.time_since_epoch().count());
  const double ms = std::ceil(seconds * 1000.0);
  if (ms <= 0) return WallTime{};
  if (ms >= latest_ms) return latest;
  return WallTime(std::chrono::milliseconds(static_cast<std::int64_t>(ms)));
}

/// The first claim that is there decides: a wrong one is not rescued by the next.
Result<chat::UserId> user_of(const json::Object& payload) {
  const json::Fields fields(payload);
  for (const std::string_view name : {"id", "userId", "sub"}) {
    const auto id = fields.text(name);
    if (!id) return fail(TokenError::format);
    if (!*id) continue;
    if ((*id)->empty()) return fail(TokenError::format);
    return chat::UserId(**id);
  }
  return fail(TokenError::format);
}

}  // namespace

std::string hash_token(std::string_view token) {
  return sha256_hex(token.substr(0, token.rfind('.')));
}

TokenVerifier::TokenVerifier(SignatureKey key, bool require_exp)
    : key_(std::move(key)), require_exp_(require_exp) {}

Result<TokenVerifier> TokenVerifier::create(TokenKeys keys) {
  if (keys.secret && keys.public_key_pem) return fail(KeyError::two_keys);
  if (!keys.secret && !keys.public_key_pem) return fail(KeyError::no_key);
  auto key = keys.secret ? SignatureKey::from_secret(std::move(*keys.secret))
                         : SignatureKey::from_public_key(*keys.public_key_pem);
  if (!key) return std::unexpected(key.error());
  return TokenVerifier(std::move(*key), keys.require_exp);
}

Result<Claims> TokenVerifier::verify(std::string_view token, WallTime now) const {
  const auto parts = take_apart(token);
  if (!parts) return std::unexpected(parts.error());
  const auto algorithm = json::Fields(parts->header).required_text("alg");
  if (!algorithm) return fail(TokenError::format);
  if (*algorithm != key_.algorithm()) return fail(TokenError::signature);
  // RFC 7515, 4.1.11: what `crit` names must be understood, and we understand no extension. Every
  // other field of the header (`kid`, `jwk`, `jku`, `x5u` …) is for those who let a token choose
  // its key.
  if (parts->header.contains("crit")) return fail(TokenError::signature);
  if (!key_.matches(parts->signed_text, parts->signature)) return fail(TokenError::signature);
  return read_claims(parts->payload, token, now);
}

Result<Claims> TokenVerifier::read_claims(const json::Object& payload, std::string_view token,
                                          WallTime now) const {
  const auto expires = seconds_of(payload, "exp");
  if (!expires) return std::unexpected(expires.error());
  if (!*expires && require_exp_) return fail(TokenError::format);
  const auto not_before = seconds_of(payload, "nbf");
  if (!not_before) return std::unexpected(not_before.error());
  auto user = user_of(payload);
  if (!user) return std::unexpected(user.error());

  if (*not_before && now < instant(**not_before, now)) return fail(TokenError::not_yet_valid);
  Claims claims{std::move(*user), std::nullopt, hash_token(token)};
  if (*expires) {
    claims.expires_at = instant(**expires, now);
    if (now >= *claims.expires_at) return fail(TokenError::expired);
  }
  return claims;
}

}  // namespace quickclinic::identity
