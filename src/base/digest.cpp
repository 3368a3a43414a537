#include "base/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cassert>
#include <memory>
#include <span>

namespace quickclinic {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

std::string hexadecimal(std::span<const std::byte> bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const std::byte b : bytes) {
    text.push_back(digits[std::to_integer<unsigned>(b) >> 4U]);
    text.push_back(digits[std::to_integer<unsigned>(b) & 15U]);
  }
  return text;
}

}  // namespace

// `SHA256()` looks the algorithm up and makes a context each time, which costs more than the digest
// of a short text.
std::array<std::byte, 32> sha256(std::string_view bytes) {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  std::array<std::byte, 32> digest{};
  const bool begun = EVP_DigestInit_ex2(context.get(), algorithm, nullptr) == 1;
  assert(begun);
  const bool taken = EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1;
  assert(taken);
  const bool ended =
      EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(digest.data()), nullptr) ==
      1;
  assert(ended);
  return digest;
}

std::array<std::byte, 32> hmac_sha256(std::string_view key, std::string_view bytes) {
  std::array<std::byte, 32> code{};
  unsigned size = 0;
  const auto* made = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                          reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                          reinterpret_cast<unsigned char*>(code.data()), &size);
  assert(made != nullptr);
  assert(size == code.size());
  return code;
}

std::string sha256_hex(std::string_view bytes) { return hexadecimal(sha256(bytes)); }

std::string hmac_sha256_hex(std::string_view key, std::string_view bytes) {
  return hexadecimal(hmac_sha256(key, bytes));
}

bool equal_secrets(std::string_view left, std::string_view right) noexcept {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace quickclinic
