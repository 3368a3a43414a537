#include "base/base64.hpp"
#include "server/identity/test_keys.hpp"
#include "server/identity/token_verifier.hpp"

#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/err.h>

#include <array>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace quickclinic::identity {
namespace {

using test::KeyPair;
using test::KeyType;
using test::signed_by;
using test::unsigned_token;

constexpr WallTime now{std::chrono::seconds(1000)};
const std::string payload = R"({"id":"user-1","exp":2000})";

struct Scheme {
  const char* algorithm;
  KeyType type;
};
constexpr std::array schemes = {Scheme{"RS256", KeyType::rsa_2048}, Scheme{"ES256", KeyType::p256},
                                Scheme{"EdDSA", KeyType::ed25519}};

std::string header(std::string_view algorithm) {
  return R"({"typ":"JWT","alg":")" + std::string(algorithm) + R"("})";
}

TokenVerifier verifier(KeyType type) {
  return TokenVerifier::create({.secret = {}, .public_key_pem = KeyPair::shared(type).public_pem()})
      .value();
}

std::string answer(const TokenVerifier& verifier, std::string_view token) {
  const auto claims = verifier.verify(token, now);
  return claims ? "accepted" : claims.error().code.message();
}

std::string with_signature(std::string_view algorithm, std::string_view signature) {
  return unsigned_token(header(algorithm), payload) + '.' + base64_encode(signature, Base64::url);
}

std::string signature_of(std::string_view algorithm, KeyType type) {
  return KeyPair::shared(type).sign(unsigned_token(header(algorithm), payload));
}

class TokenAlgorithm : public testing::TestWithParam<Scheme> {};

TEST_P(TokenAlgorithm, AcceptsItsOwnSignature) {
  const auto [algorithm, type] = GetParam();

  EXPECT_EQ(answer(verifier(type), signed_by(KeyPair::shared(type), header(algorithm), payload)),
            "accepted");
}

TEST_P(TokenAlgorithm, RefusesAnotherKeyOfItsType) {
  const auto [algorithm, type] = GetParam();
  const KeyPair stranger(type);

  EXPECT_EQ(answer(verifier(type), signed_by(stranger, header(algorithm), payload)),
            "Invalid token signature");
}

TEST_P(TokenAlgorithm, RefusesEveryOtherNameOfAnAlgorithm) {
  const auto [algorithm, type] = GetParam();
  const TokenVerifier subject = verifier(type);
  for (const std::string_view other : {"none", "HS256", "RS256", "RS384", "RS512", "PS256", "ES256",
                                       "ES384", "ES256K", "EdDSA", "Ed25519", "eddsa"}) {
    if (other == algorithm) continue;
    EXPECT_EQ(answer(subject, signed_by(KeyPair::shared(type), header(other), payload)),
              "Invalid token signature")
        << other;
  }
}

TEST_P(TokenAlgorithm, RefusesThePublicKeyUsedAsASecret) {
  const auto [algorithm, type] = GetParam();
  const TokenVerifier subject = verifier(type);
  const std::string pem = KeyPair::shared(type).public_pem();
  for (const std::string& guess : {pem, pem.substr(0, pem.size() - 1)}) {
    for (const std::string_view name : {std::string_view("HS256"), std::string_view(algorithm)}) {
      EXPECT_EQ(answer(subject, signed_by(guess, header(name), payload)),
                "Invalid token signature");
    }
  }
}

TEST_P(TokenAlgorithm, RefusesAChangedPayloadAndAChangedSignature) {
  const auto [algorithm, type] = GetParam();
  const TokenVerifier subject = verifier(type);
  const std::string good = signature_of(algorithm, type);

  const std::string other = unsigned_token(header(algorithm), R"({"id":"user-2","exp":2000})");
  EXPECT_EQ(answer(subject, other + '.' + base64_encode(good, Base64::url)),
            "Invalid token signature");
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string changed = good;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_EQ(answer(subject, with_signature(algorithm, changed)), "Invalid token signature") << i;
  }
}

TEST_P(TokenAlgorithm, RefusesSignaturesOfAnyOtherLength) {
  const auto [algorithm, type] = GetParam();
  const TokenVerifier subject = verifier(type);
  const std::string good = signature_of(algorithm, type);

  for (const std::size_t length : {std::size_t{1}, good.size() / 2, good.size() - 1}) {
    EXPECT_EQ(answer(subject, with_signature(algorithm, good.substr(0, length))),
              "Invalid token signature");
  }
  EXPECT_EQ(answer(subject, with_signature(algorithm, good + '\0')), "Invalid token signature");
  EXPECT_EQ(answer(subject, with_signature(algorithm, '\0' + good)), "Invalid token signature");
  EXPECT_EQ(answer(subject, with_signature(algorithm, std::string(good.size(), '\0'))),
            "Invalid token signature");
}

TEST_P(TokenAlgorithm, LeavesNoErrorForTheNextTlsCallToFind) {
  const auto [algorithm, type] = GetParam();
  const TokenVerifier subject = verifier(type);

  answer(subject, with_signature(algorithm, "not a signature at all"));
  answer(subject, with_signature(algorithm, std::string(64, '\xFF')));

  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST_P(TokenAlgorithm, VerifiesOnSeveralThreadsAtOnce) {
  const auto [algorithm, type] = GetParam();
  const TokenVerifier subject = verifier(type);
  const std::string good = signed_by(KeyPair::shared(type), header(algorithm), payload);
  const std::string bad = with_signature(algorithm, std::string(64, 'x'));
  std::atomic<int> wrong = 0;

  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 20; ++round) {
        wrong += answer(subject, good) != "accepted";
        wrong += answer(subject, bad) != "Invalid token signature";
      }
    });
  }
  threads.clear();

  EXPECT_EQ(wrong, 0);
}

INSTANTIATE_TEST_SUITE_P(Each, TokenAlgorithm, testing::ValuesIn(schemes),
                         [](const auto& param) { return std::string(param.param.algorithm); });

TEST(TokenAlgorithmEs256, RefusesADerSignature) {
  // What a signer gives who forgot RFC 7518, 3.4: 0x30 length 0x02 0x20 r 0x02 0x20 s, both
  // positive here.
  std::string raw = signature_of("ES256", KeyType::p256);
  raw[0] = static_cast<char>(raw[0] & 0x7F);
  raw[32] = static_cast<char>(raw[32] & 0x7F);
  const std::string der = "\x30\x44\x02\x20" + raw.substr(0, 32) + "\x02\x20" + raw.substr(32, 32);

  EXPECT_EQ(answer(verifier(KeyType::p256), with_signature("ES256", der)),
            "Invalid token signature");
}

TEST(TokenAlgorithmEs256, GivesTheMirroredSignatureTheSameHash) {
  // (r, n - s) is valid whenever (r, s) is: the holder of a revoked token can make it, and must not
  // gain by it.
  std::string signature = signature_of("ES256", KeyType::p256);
  BIGNUM* order = nullptr;
  BN_hex2bn(&order, "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
  BIGNUM* s = BN_bin2bn(reinterpret_cast<const unsigned char*>(signature.data()) + 32, 32, nullptr);
  BN_sub(s, order, s);
  const std::string original = with_signature("ES256", signature);
  BN_bn2binpad(s, reinterpret_cast<unsigned char*>(signature.data()) + 32, 32);
  BN_free(s);
  BN_free(order);
  const std::string mirrored = with_signature("ES256", signature);

  const auto claims = verifier(KeyType::p256).verify(mirrored, now);

  ASSERT_NE(mirrored, original);
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->token_hash, hash_token(original));
}

TEST(TokenKeysPublic, RefusesWeakAndUnknownKeys) {
  const auto refusal = [](std::string pem) {
    return TokenVerifier::create({.secret = {}, .public_key_pem = std::move(pem)}).error().code;
  };

  EXPECT_EQ(refusal(KeyPair::shared(KeyType::rsa_1024).public_pem()), KeyError::weak_rsa_key);
  EXPECT_EQ(refusal(KeyPair::shared(KeyType::p384).public_pem()), KeyError::unsupported_public_key);
  EXPECT_EQ(refusal(KeyPair::shared(KeyType::ed448).public_pem()),
            KeyError::unsupported_public_key);
  EXPECT_EQ(refusal(KeyPair::shared(KeyType::p256).private_pem()), KeyError::unreadable_public_key);
  EXPECT_EQ(refusal(""), KeyError::unreadable_public_key);
  EXPECT_EQ(refusal("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"),
            KeyError::unreadable_public_key);
}

TEST(TokenKeysPublic, AsksForNoPassphrase) {
  const auto made = TokenVerifier::create(
      {.secret = {},
       .public_key_pem = "-----BEGIN PUBLIC KEY-----\nProc-Type: 4,ENCRYPTED\n"
                         "DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\nAAAA\n"
                         "-----END PUBLIC KEY-----\n"});

  EXPECT_EQ(made.error().code, KeyError::unreadable_public_key);
}

}  // namespace
}  // namespace quickclinic::identity
