#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_pkey_st;

/// Key pairs and tokens for tests, made by the library itself and not by the code under test.
namespace quickclinic::identity::test {

enum class KeyType { rsa_2048, rsa_1024, p256, p384, ed25519, ed448 };

/// A fresh key pair, which signs as the holder of the private key does.
class KeyPair {
 public:
  explicit KeyPair(KeyType type);
  ~KeyPair();
  KeyPair(const KeyPair&) = delete;
  KeyPair& operator=(const KeyPair&) = delete;

  /// One pair of each type for the whole program: making an RSA key is slow.
  static const KeyPair& shared(KeyType type);

  std::string public_pem() const;
  std::string private_pem() const;

  /// The signature as a token carries it: for P-256 r and s of 32 bytes each.
  std::string sign(std::string_view text) const;

 private:
  KeyType type_;
  evp_pkey_st* key_;
};

/// `header`.`payload` in base64url, from their JSON texts.
std::string unsigned_token(std::string_view header, std::string_view payload);
std::string signed_by(const KeyPair& pair, std::string_view header, std::string_view payload);
/// Signed by HMAC-SHA-256 whatever the header says.
std::string signed_by(std::string_view secret, std::string_view header, std::string_view payload);

}  // namespace quickclinic::identity::test
