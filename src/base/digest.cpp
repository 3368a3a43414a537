#include "base/digest.hpp"

#include <openssl/evp.h>

#include <cassert>
#include <memory>

namespace quickclinic {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

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

std::string sha256_hex(std::string_view bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(64);
  for (const std::byte b : sha256(bytes)) {
    text.push_back(digits[std::to_integer<unsigned>(b) >> 4U]);
    text.push_back(digits[std::to_integer<unsigned>(b) & 15U]);
  }
  return text;
}

}  // namespace quickclinic
