#include "server/identity/signature_key.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include <array>
#include <tuple>
#include <utility>

namespace quickclinic::identity {
namespace {

template <auto free_function>
struct Free {
  template <class T>
  void operator()(T* pointer) const noexcept {
    free_function(pointer);
  }
};
using DigestContext = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, Free<ECDSA_SIG_free>>;
using Number = std::unique_ptr<BIGNUM, Free<BN_free>>;
using Reader = std::unique_ptr<BIO, Free<BIO_free_all>>;

// What fails here leaves entries in the thread's queue of errors, where the next TLS call of the
// same thread would take them for its own.
struct ClearErrors {
  ~ClearErrors() { ERR_clear_error(); }
};

// A public key needs no passphrase; without this the library would ask for one at the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

bool is_p256(const EVP_PKEY* key) {
  std::array<char, 64> group{};
  std::size_t length = 0;
  return EVP_PKEY_get_group_name(key, group.data(), group.size(), &length) == 1 &&
         std::string_view(group.data(), length) == "prime256v1";
}

// RFC 7518, 3.4: a token carries r and s as 32 bytes each; the library wants them as DER. Empty
// when it cannot be.
std::string der_of(std::string_view signature) {
  constexpr std::size_t half = 32;
  if (signature.size() != 2 * half) return {};
  Number r(BN_bin2bn(bytes(signature), static_cast<int>(half), nullptr));
  Number s(BN_bin2bn(bytes(signature) + half, static_cast<int>(half), nullptr));
  const EcdsaSignature pair(ECDSA_SIG_new());
  if (!r || !s || !pair || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return {};
  std::ignore = r.release();  // the pair owns both from here on
  std::ignore = s.release();
  std::array<unsigned char, 80> der{};  // 72 bytes at most for two numbers of 256 bits
  if (i2d_ECDSA_SIG(pair.get(), nullptr) > static_cast<int>(der.size())) return {};
  unsigned char* end = der.data();
  const int length = i2d_ECDSA_SIG(pair.get(), &end);
  if (length <= 0) return {};
  return {reinterpret_cast<const char*>(der.data()), static_cast<std::size_t>(length)};
}

// `digest` is null for EdDSA, which hashes by itself.
bool digest_verify(EVP_PKEY* key, const EVP_MD* digest, std::string_view text,
                   std::string_view signature) {
  const DigestContext context(EVP_MD_CTX_new());
  if (!context || EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key) != 1) {
    return false;
  }
  return EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(text),
                          text.size()) == 1;
}

}  // namespace

void SignatureKey::FreeKey::operator()(evp_pkey_st* key) const noexcept { EVP_PKEY_free(key); }

Result<SignatureKey> SignatureKey::from_secret(std::string secret) {
  if (secret.find("-----BEGIN ") != std::string::npos) return fail(KeyError::secret_is_pem);
  if (secret.size() < secret_bytes_min) return fail(KeyError::short_secret);
  SignatureKey key;
  key.secret_ = std::move(secret);
  return key;
}

Result<SignatureKey> SignatureKey::from_public_key(std::string_view pem) {
  const ClearErrors clear_errors;
  const Reader reader(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (!reader) return fail(KeyError::crypto_failed);
  SignatureKey key;
  key.public_.reset(PEM_read_bio_PUBKEY(reader.get(), nullptr, no_passphrase, nullptr));
  if (!key.public_) return fail(KeyError::unreadable_public_key);
  if (EVP_PKEY_is_a(key.public_.get(), "RSA") == 1) {
    if (EVP_PKEY_get_bits(key.public_.get()) < rsa_bits_min) return fail(KeyError::weak_rsa_key);
    key.algorithm_ = Algorithm::rs256;
  } else if (EVP_PKEY_is_a(key.public_.get(), "EC") == 1 && is_p256(key.public_.get())) {
    key.algorithm_ = Algorithm::es256;
  } else if (EVP_PKEY_is_a(key.public_.get(), "ED25519") == 1) {
    key.algorithm_ = Algorithm::eddsa;
  } else {
    return fail(KeyError::unsupported_public_key);
  }
  return key;
}

std::string_view SignatureKey::algorithm() const noexcept {
  switch (algorithm_) {
    case Algorithm::hs256:
      return "HS256";
    case Algorithm::rs256:
      return "RS256";
    case Algorithm::es256:
      return "ES256";
    case Algorithm::eddsa:
      return "EdDSA";
  }
  return {};
}

bool SignatureKey::matches(std::string_view text, std::string_view signature) const {
  const ClearErrors clear_errors;
  switch (algorithm_) {
    case Algorithm::hs256: {
      const std::string expected = hmac_sha256(secret_, text);
      return !expected.empty() && expected.size() == signature.size() &&
             CRYPTO_memcmp(expected.data(), signature.data(), expected.size()) == 0;
    }
    case Algorithm::rs256:
      return digest_verify(public_.get(), EVP_sha256(), text, signature);
    case Algorithm::es256: {
      const std::string der = der_of(signature);
      return !der.empty() && digest_verify(public_.get(), EVP_sha256(), text, der);
    }
    case Algorithm::eddsa:
      return digest_verify(public_.get(), nullptr, text, signature);
  }
  return false;
}

std::string hmac_sha256(std::string_view secret, std::string_view text) {
  std::array<unsigned char, 32> sum{};
  unsigned length = 0;
  if (HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes(text), text.size(),
           sum.data(), &length) == nullptr) {
    return {};
  }
  return {reinterpret_cast<const char*>(sum.data()), length};
}

}  // namespace quickclinic::identity
