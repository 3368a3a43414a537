#include "server/identity/token_verifier.hpp"

#include "base/base64.hpp"
#include "base/digest.hpp"
#include "server/identity/test_keys.hpp"
#include "server/identity/token_signer.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <string>
#include <vector>

namespace quickclinic::identity {
namespace {

using test::signed_by;
using test::unsigned_token;

const std::string secret = "a secret of thirty-two bytes or more";
const std::string hs256 = R"({"alg":"HS256","typ":"JWT"})";
const std::string good_payload = R"({"id":"user-1","exp":2000})";

constexpr WallTime at(double seconds) {
  return WallTime(std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000)));
}
constexpr WallTime now = at(1000);

TokenVerifier verifier(bool require_exp = true) {
  return TokenVerifier::create({.secret = secret, .public_key_pem = {}, .require_exp = require_exp})
      .value();
}

/// The text of the refusal, or "accepted".
std::string answer(const TokenVerifier& verifier, std::string_view token, WallTime time = now) {
  const auto claims = verifier.verify(token, time);
  return claims ? "accepted" : claims.error().code.message();
}

std::string answer_to_payload(std::string_view payload, WallTime time = now) {
  return answer(verifier(), signed_by(secret, hs256, payload), time);
}

TEST(TokenVerifierClaims, NamesUserExpiryAndHash) {
  const std::string token = signed_by(secret, hs256, good_payload);

  const auto claims = verifier().verify(token, now);

  ASSERT_TRUE(claims) << claims.error().describe();
  EXPECT_EQ(claims->user, chat::UserId("user-1"));
  EXPECT_EQ(claims->expires_at, at(2000));
  EXPECT_EQ(claims->token_hash, sha256_hex(unsigned_token(hs256, good_payload)));
}

TEST(TokenVerifierClaims, TakesIdThenUserIdThenSub) {
  const std::array<std::pair<const char*, const char*>, 4> payloads = {{
      {R"({"exp":2000,"sub":"c","userId":"b","id":"a"})", "a"},
      {R"({"exp":2000,"sub":"c","userId":"b"})", "b"},
      {R"({"exp":2000,"sub":"c"})", "c"},
      {R"({"exp":2000,"sub":"c","userId":null,"id":null})", "c"},
  }};
  for (const auto& [payload, user] : payloads) {
    const auto claims = verifier().verify(signed_by(secret, hs256, payload), now);
    ASSERT_TRUE(claims) << payload;
    EXPECT_EQ(claims->user.text(), user);
  }
}

TEST(TokenVerifierClaims, AcceptsWhatTheSignerMakes) {
  const json::Object claims = {{"id", "user-1"},
                               {"email", "a@clinic.example"},
                               {"role", "DOCTOR"},
                               {"iat", 900},
                               {"exp", 2000}};

  const auto token = sign_hs256(secret, claims);

  ASSERT_TRUE(token);
  EXPECT_EQ(answer(verifier(), *token), "accepted");
}

// RFC 7515, appendix A.1: a token that somebody else made, with a key that is not text.
TEST(TokenVerifierClaims, AcceptsTheSignatureOfRfc7515) {
  const std::string key =
      base64_decode(
          "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
          Base64::url)
          .value();
  const std::string token =
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl"
      "fQ."
      "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  const auto made = TokenVerifier::create({.secret = key, .public_key_pem = {}});

  ASSERT_TRUE(made);
  // It names no user, which is found out only after the signature has been accepted.
  EXPECT_EQ(answer(*made, token), "Invalid token format");
  std::string forged = token;
  forged.back() = 'l';
  EXPECT_EQ(answer(*made, forged), "Invalid token format");  // unused bits are set
  forged[forged.size() - 2] = 'Y';
  forged.back() = 'k';
  EXPECT_EQ(answer(*made, forged), "Invalid token signature");
}

TEST(TokenVerifierExpiry, EndsAtTheVeryMillisecond) {
  EXPECT_EQ(answer_to_payload(good_payload, at(1999.999)), "accepted");
  EXPECT_EQ(answer_to_payload(good_payload, at(2000)), "Token expired");
}

TEST(TokenVerifierExpiry, MayHaveAFraction) {
  const std::string payload = R"({"id":"u","exp":1000.25})";

  EXPECT_EQ(answer_to_payload(payload, at(1000.249)), "accepted");
  EXPECT_EQ(answer_to_payload(payload, at(1000.25)), "Token expired");
}

TEST(TokenVerifierExpiry, SurvivesTimesNoClockCanHold) {
  for (const char* exp : {"1e300", "9223372036854775807", "18446744073709551615", "1e18"}) {
    const std::string token =
        signed_by(secret, hs256, R"({"id":"u","exp":)" + std::string(exp) + "}");
    const auto claims = verifier().verify(token, now);
    ASSERT_TRUE(claims) << exp;
    EXPECT_EQ(claims->expires_at, now + std::chrono::years(100)) << exp;
  }
  for (const char* exp : {"-1e300", "-9223372036854775808", "-1", "0", "1e-300"}) {
    EXPECT_EQ(answer_to_payload(R"({"id":"u","exp":)" + std::string(exp) + "}"), "Token expired")
        << exp;
  }
}

TEST(TokenVerifierExpiry, MayBeAbsentOnlyWhereItIsAllowed) {
  const std::string token = signed_by(secret, hs256, R"({"id":"u"})");

  EXPECT_EQ(answer(verifier(), token), "Invalid token format");
  const auto claims = verifier(false).verify(token, now);
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->expires_at, std::nullopt);
}

TEST(TokenVerifierExpiry, IsEnforcedWhereItNeedNotBeThere) {
  const TokenVerifier lax = verifier(false);

  EXPECT_EQ(answer(lax, signed_by(secret, hs256, R"({"id":"u","exp":1})")), "Token expired");
  for (const char* exp : {"null", "\"2000\"", "true", "[2000]", "{}"}) {
    const std::string payload = R"({"id":"u","exp":)" + std::string(exp) + "}";
    EXPECT_EQ(answer(lax, signed_by(secret, hs256, payload)), "Invalid token format") << exp;
  }
}

TEST(TokenVerifierNotBefore, BeginsAtTheVeryMillisecond) {
  const std::string payload = R"({"id":"u","exp":2000,"nbf":1500})";

  EXPECT_EQ(answer_to_payload(payload, at(1499.999)), "Token not yet valid");
  EXPECT_EQ(answer_to_payload(payload, at(1500)), "accepted");
  EXPECT_EQ(answer_to_payload(R"({"id":"u","exp":2000,"nbf":1e300})"), "Token not yet valid");
  EXPECT_EQ(answer_to_payload(R"({"id":"u","exp":2000,"nbf":-1e300})"), "accepted");
}

TEST(TokenVerifierOrder, AnswersNotBeforeAheadOfExpiryAndFormAheadOfBoth) {
  EXPECT_EQ(answer_to_payload(R"({"id":"u","exp":1,"nbf":1500})"), "Token not yet valid");
  EXPECT_EQ(answer_to_payload(R"({"exp":1,"nbf":1500})"), "Invalid token format");
}

TEST(TokenVerifierOrder, SaysNothingOfClaimsUnderAForgedSignature) {
  const std::string other = "another secret of thirty-two bytes or so";

  for (const char* payload : {R"({"id":"u","exp":1})", R"({"exp":"x"})", R"({})"}) {
    EXPECT_EQ(answer(verifier(), signed_by(other, hs256, payload)), "Invalid token signature");
  }
}

TEST(TokenVerifierForm, RefusesWhatIsNoToken) {
  const std::string token = signed_by(secret, hs256, good_payload);
  const std::string unsigned_part = unsigned_token(hs256, good_payload);
  std::string huge = signed_by(
      secret, hs256,
      R"({"id":"u","exp":2000,"pad":")" + std::string(TokenVerifier::token_bytes_max, 'x') + "\"}");
  const std::string nested =
      R"({"id":"u","exp":2000,"deep":)" + std::string(100, '[') + std::string(100, ']') + "}";
  const std::vector<std::string> refused = {
      "",
      ".",
      "..",
      "...",
      "a",
      "a.b",
      "a.b.c",
      "null",
      "undefined",
      "[object Object]",
      unsigned_part,
      unsigned_part + ".",
      "." + token,
      token + ".",
      token + ".x",
      token + "=",
      token + " ",
      " " + token,
      token + "\n",
      std::string("\0", 1) + token,
      "Bearer " + token,
      unsigned_part + ".!!!!",
      unsigned_part + "..AAAA",
      huge,
      signed_by(secret, "[]", good_payload),
      signed_by(secret, "\"HS256\"", good_payload),
      signed_by(secret, "{}", good_payload),
      signed_by(secret, R"({"alg":null})", good_payload),
      signed_by(secret, R"({"alg":256})", good_payload),
      signed_by(secret, R"({"alg":["HS256"]})", good_payload),
      signed_by(secret, R"({"alg":"HS256")", good_payload),
      signed_by(secret, "\xFF", good_payload),
      signed_by(secret, hs256, "\"user-1\""),
      signed_by(secret, hs256, "[]"),
      signed_by(secret, hs256, "null"),
      signed_by(secret, hs256, good_payload + "x"),
      signed_by(secret, hs256, nested),
      signed_by(secret, hs256, "{\"id\":\"\xC0\x80\",\"exp\":2000}"),
  };
  const TokenVerifier subject = verifier();
  for (const std::string& text : refused) {
    EXPECT_EQ(answer(subject, text), "Invalid token format") << text.substr(0, 80);
  }
}

TEST(TokenVerifierForm, RefusesClaimsOfTheWrongType) {
  for (const char* payload :
       {R"({})", R"({"exp":2000})", R"({"id":"","exp":2000})", R"({"id":7,"exp":2000})",
        R"({"id":["u"],"exp":2000})", R"({"id":{"$ne":""},"exp":2000})",
        R"({"id":7,"userId":"u","exp":2000})", R"({"id":"","sub":"u","exp":2000})", R"({"id":"u"})",
        R"({"id":"u","exp":null})", R"({"id":"u","exp":"2000"})", R"({"id":"u","exp":true})",
        R"({"id":"u","exp":[]})", R"({"id":"u","exp":NaN})", R"({"id":"u","exp":2000,"nbf":"1"})",
        R"({"id":"u","exp":2000,"nbf":null})", R"({"id":"u","exp":2000,"nbf":{}})"}) {
    EXPECT_EQ(answer_to_payload(payload), "Invalid token format") << payload;
  }
}

TEST(TokenVerifierForm, TakesTheLargestTokenAndNoLarger) {
  const std::size_t fixed = signed_by(secret, hs256, R"({"id":"u","exp":2000,"pad":""})").size();
  const std::size_t room = (TokenVerifier::token_bytes_max - fixed) / 4 * 3;
  const auto padded = [](std::size_t length) {
    return signed_by(secret, hs256,
                     R"({"id":"u","exp":2000,"pad":")" + std::string(length, 'x') + "\"}");
  };

  ASSERT_GT(padded(room).size(), TokenVerifier::token_bytes_max - 4);
  EXPECT_EQ(answer(verifier(), padded(room)), "accepted");
  EXPECT_EQ(answer(verifier(), padded(room + 6)), "Invalid token format");
}

TEST(TokenVerifierHeader, RefusesNoneInEverySpelling) {
  for (const char* none : {"none", "None", "NONE", "nOnE", "", "none "}) {
    const std::string header = R"({"alg":")" + std::string(none) + R"("})";
    EXPECT_EQ(answer(verifier(), unsigned_token(header, good_payload) + "."),
              "Invalid token format");
    EXPECT_EQ(answer(verifier(), signed_by(secret, header, good_payload)),
              "Invalid token signature")
        << none;
  }
}

TEST(TokenVerifierHeader, RefusesOtherAlgorithmsThoughTheSignatureFits) {
  for (const char* other :
       {"hs256", "HS384", "HS512", "RS256", "ES256", "EdDSA", "PS256", "HS256 "}) {
    const std::string header = R"({"alg":")" + std::string(other) + R"("})";
    EXPECT_EQ(answer(verifier(), signed_by(secret, header, good_payload)),
              "Invalid token signature")
        << other;
  }
}

TEST(TokenVerifierHeader, LetsNoFieldChooseAKey) {
  const std::string other = "another secret of thirty-two bytes or so";
  const std::string jwk_header =
      R"({"alg":"HS256","kid":"../../dev/null","jku":"http://127.0.0.1/k","x5u":"http://127.0.0.1/c",)"
      R"("jwk":{"kty":"oct","k":")" +
      base64_encode(other, Base64::url) + R"("}})";

  EXPECT_EQ(answer(verifier(), signed_by(other, jwk_header, good_payload)),
            "Invalid token signature");
  EXPECT_EQ(answer(verifier(), signed_by(std::string(), jwk_header, good_payload)),
            "Invalid token signature");
  EXPECT_EQ(answer(verifier(), signed_by(secret, jwk_header, good_payload)), "accepted");
}

TEST(TokenVerifierHeader, RefusesCriticalExtensions) {
  for (const char* crit : {R"(["exp"])", R"(["b64"])", "[]", "null"}) {
    const std::string header = R"({"alg":"HS256","crit":)" + std::string(crit) + "}";
    EXPECT_EQ(answer(verifier(), signed_by(secret, header, good_payload)),
              "Invalid token signature")
        << crit;
  }
}

TEST(TokenVerifierSignature, RefusesEveryChangedByteOfAToken) {
  const TokenVerifier subject = verifier();
  const std::string token = signed_by(secret, hs256, good_payload);

  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_NE(answer(subject, changed), "accepted") << "byte " << i;
  }
}

TEST(TokenVerifierSignature, RefusesCutAndLengthenedSignatures) {
  const TokenVerifier subject = verifier();
  const std::string text = unsigned_token(hs256, good_payload);
  const std::string token = signed_by(secret, hs256, good_payload);
  const std::string sum = base64_decode(token.substr(text.size() + 1), Base64::url).value();

  for (std::size_t length = 1; length < sum.size(); ++length) {
    const std::string cut = text + '.' + base64_encode(sum.substr(0, length), Base64::url);
    EXPECT_EQ(answer(subject, cut), "Invalid token signature") << length;
  }
  EXPECT_EQ(answer(subject, text + '.' + base64_encode(sum + '\0', Base64::url)),
            "Invalid token signature");
}

TEST(TokenVerifierCreate, WantsExactlyOneKeyAndAStrongSecret) {
  const auto refusal = [](TokenKeys keys) {
    return TokenVerifier::create(std::move(keys)).error().code;
  };
  const std::string pem = test::KeyPair::shared(test::KeyType::ed25519).public_pem();

  EXPECT_EQ(refusal({}), KeyError::no_key);
  EXPECT_EQ(refusal({.secret = secret, .public_key_pem = pem}), KeyError::two_keys);
  EXPECT_EQ(refusal({.secret = "", .public_key_pem = {}}), KeyError::short_secret);
  EXPECT_EQ(refusal({.secret = std::string(31, 'x'), .public_key_pem = {}}),
            KeyError::short_secret);
  EXPECT_EQ(refusal({.secret = pem, .public_key_pem = {}}), KeyError::secret_is_pem);
  EXPECT_TRUE(TokenVerifier::create({.secret = std::string(32, 'x'), .public_key_pem = {}}));
}

TEST(TokenSigner, RefusesAShortSecret) {
  EXPECT_EQ(sign_hs256("short", {{"id", "u"}}).error().code, KeyError::short_secret);
}

}  // namespace
}  // namespace quickclinic::identity
