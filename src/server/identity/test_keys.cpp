#include "server/identity/test_keys.hpp"

#include "base/base64.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include <array>
#include <cstdlib>

namespace quickclinic::identity::test {
namespace {

void require(bool done) {
  if (!done) std::abort();
}

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

EVP_PKEY* generate(KeyType type) {
  switch (type) {
    case KeyType::rsa_2048:
      return EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048});
    case KeyType::rsa_1024:
      return EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{1024});
    case KeyType::p256:
      return EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
    case KeyType::p384:
      return EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-384");
    case KeyType::ed25519:
      return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    case KeyType::ed448:
      return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED448");
  }
  return nullptr;
}

std::string take(BIO* memory) {
  char* data = nullptr;
  const long length = BIO_ctrl(memory, BIO_CTRL_INFO, 0, &data);
  std::string text(data, static_cast<std::size_t>(length));
  BIO_free(memory);
  return text;
}

std::string raw_of(const std::string& der, int half) {
  const unsigned char* from = bytes(der);
  ECDSA_SIG* pair = d2i_ECDSA_SIG(nullptr, &from, static_cast<long>(der.size()));
  require(pair != nullptr);
  std::array<unsigned char, 96> raw{};
  require(BN_bn2binpad(ECDSA_SIG_get0_r(pair), raw.data(), half) == half);
  require(BN_bn2binpad(ECDSA_SIG_get0_s(pair), raw.data() + half, half) == half);
  ECDSA_SIG_free(pair);
  return {reinterpret_cast<const char*>(raw.data()), static_cast<std::size_t>(2 * half)};
}

std::string joined(std::string text, std::string_view signature) {
  return text + '.' + base64_encode(signature, Base64::url);
}

}  // namespace

KeyPair::KeyPair(KeyType type) : type_(type), key_(generate(type)) { require(key_ != nullptr); }

KeyPair::~KeyPair() { EVP_PKEY_free(key_); }

const KeyPair& KeyPair::shared(KeyType type) {
  static const std::array<KeyPair, 6> pairs = {
      KeyPair(KeyType::rsa_2048), KeyPair(KeyType::rsa_1024), KeyPair(KeyType::p256),
      KeyPair(KeyType::p384),     KeyPair(KeyType::ed25519),  KeyPair(KeyType::ed448)};
  return pairs[static_cast<std::size_t>(type)];
}

std::string KeyPair::public_pem() const {
  BIO* memory = BIO_new(BIO_s_mem());
  require(memory != nullptr && PEM_write_bio_PUBKEY(memory, key_) == 1);
  return take(memory);
}

std::string KeyPair::private_pem() const {
  BIO* memory = BIO_new(BIO_s_mem());
  require(memory != nullptr &&
          PEM_write_bio_PrivateKey(memory, key_, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return take(memory);
}

std::string KeyPair::sign(std::string_view text) const {
  const bool hashes_itself = type_ == KeyType::ed25519 || type_ == KeyType::ed448;
  const EVP_MD* digest = hashes_itself ? nullptr : EVP_sha256();
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  require(EVP_DigestSignInit(context, nullptr, digest, nullptr, key_) == 1);
  std::size_t length = 0;
  require(EVP_DigestSign(context, nullptr, &length, bytes(text), text.size()) == 1);
  std::string signature(length, '\0');
  auto* to = reinterpret_cast<unsigned char*>(signature.data());
  require(EVP_DigestSign(context, to, &length, bytes(text), text.size()) == 1);
  EVP_MD_CTX_free(context);
  signature.resize(length);
  if (type_ == KeyType::p256) return raw_of(signature, 32);
  if (type_ == KeyType::p384) return raw_of(signature, 48);
  return signature;
}

std::string unsigned_token(std::string_view header, std::string_view payload) {
  return base64_encode(header, Base64::url) + '.' + base64_encode(payload, Base64::url);
}

std::string signed_by(const KeyPair& pair, std::string_view header, std::string_view payload) {
  std::string text = unsigned_token(header, payload);
  const std::string signature = pair.sign(text);
  return joined(std::move(text), signature);
}

std::string signed_by(std::string_view secret, std::string_view header, std::string_view payload) {
  std::string text = unsigned_token(header, payload);
  std::array<unsigned char, 32> sum{};
  unsigned length = 0;
  require(HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes(text),
               text.size(), sum.data(), &length) != nullptr);
  return joined(std::move(text), {reinterpret_cast<const char*>(sum.data()), length});
}

}  // namespace quickclinic::identity::test
