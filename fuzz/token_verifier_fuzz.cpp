// A token that nobody signed is never accepted, whatever it says; and of a signed one, only what
// its claims say is believed.
//
// The first letter: `r` the rest is a token; `m` the rest changes bytes of a good token, three
// characters each (two of position, one to put there); `s` the rest is a header and, behind a line
// end, a payload, which are signed.
#include "base/base64.hpp"
#include "fuzz/fuzz_target.hpp"
#include "server/identity/token_verifier.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace {

using namespace quickclinic::identity;
using quickclinic::Base64;
using quickclinic::WallTime;
using quickclinic::fuzz::require;
namespace json = quickclinic::json;

constexpr std::string_view secret = "a secret of more than thirty-two bytes";
constexpr WallTime now{std::chrono::milliseconds(1'800'000'000'000)};

std::string signature_of(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  require(HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
               reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(),
               &length) != nullptr);
  return {reinterpret_cast<const char*>(digest.data()), length};
}

std::string signed_token(std::string_view header, std::string_view payload) {
  std::string token = quickclinic::base64_encode(header, Base64::url);
  token += '.';
  token += quickclinic::base64_encode(payload, Base64::url);
  const std::string signature = signature_of(token);
  return token + '.' + quickclinic::base64_encode(signature, Base64::url);
}

const TokenVerifier& verifier() {
  static const TokenVerifier made =
      TokenVerifier::create({.secret = std::string(secret), .public_key_pem = {}}).value();
  return made;
}

void check_claims(const Claims& claims, std::string_view token) {
  require(!claims.user.text().empty());
  require(claims.expires_at && *claims.expires_at > now);
  require(*claims.expires_at <= now + std::chrono::years(100));
  require(claims.token_hash == hash_token(token));
}

void check_unsigned(std::string_view token) {
  const auto claims = verifier().verify(token, now);
  if (!claims) return;
  // Then the key's holder has signed exactly this text.
  const std::size_t dot = token.rfind('.');
  const auto signature = quickclinic::base64_decode(token.substr(dot + 1), Base64::url);
  require(signature && *signature == signature_of(token.substr(0, dot)));
  check_claims(*claims, token);
}

void check_changed(std::string_view changes) {
  const std::string good =
      signed_token(R"({"alg":"HS256"})", R"({"id":"u1","role":"PATIENT","exp":1900000000})");
  std::string token = good;
  for (; changes.size() >= 3; changes.remove_prefix(3)) {
    const auto high = static_cast<unsigned char>(changes[0]);
    const auto low = static_cast<unsigned char>(changes[1]);
    token[(high * 256U + low) % token.size()] = changes[2];
  }
  const auto claims = verifier().verify(token, now);
  require(claims.has_value() == (token == good));
}

void check_signed(std::string_view text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return;
  const std::string_view payload = text.substr(end + 1);
  const std::string token = signed_token(text.substr(0, end), payload);
  const auto claims = verifier().verify(token, now);
  if (!claims) return;
  check_claims(*claims, token);
  const json::Object object = json::parse(payload).value().as_object();
  bool named = false;
  for (const char* name : {"id", "userId", "sub"}) {
    const json::Value* value = object.if_contains(name);
    if (value == nullptr || value->is_null()) continue;
    require(value->is_string() && json::view(value->get_string()) == claims->user.text());
    named = true;
    break;
  }
  require(named);
  require(json::parse(text.substr(0, end)).value().at("alg") == "HS256");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] == 'r') check_unsigned(rest);
  if (data[0] == 'm') check_changed(rest);
  if (data[0] == 's') check_signed(rest);
  return 0;
}
