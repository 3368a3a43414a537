#include "server/identity/password.hpp"

#include "base/random.hpp"

#include <crypt.h>
#include <openssl/crypto.h>

#include <array>
#include <memory>

namespace quickclinic::identity {
namespace {

constexpr unsigned cost_min = 4;
constexpr unsigned cost_max =
    16;  // some seconds; beyond it one login would hold a thread of the pool for minutes

// "$2b$10$", 22 letters of salt, 31 of hash.
constexpr std::size_t bcrypt_length = 60;

// crypt(3) in the memory of this call alone, wiped afterwards because the password passes through
// it.
std::string crypt_text(const std::string& password, const std::string& setting) {
  const auto data = std::make_unique<crypt_data>();
  const char* hash = crypt_rn(password.c_str(), setting.c_str(), data.get(), sizeof(crypt_data));
  std::string text = hash == nullptr ? "" : hash;
  OPENSSL_cleanse(data.get(), sizeof(crypt_data));
  return text;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_acceptable(std::string_view hash) { return hash_cost(hash).has_value(); }

}  // namespace

std::optional<unsigned> hash_cost(std::string_view hash) {
  if (hash.size() != bcrypt_length || hash.contains('\0')) return std::nullopt;
  const std::string_view prefix = hash.substr(0, 4);
  if (prefix != "$2a$" && prefix != "$2b$" && prefix != "$2y$") return std::nullopt;
  if (!is_digit(hash[4]) || !is_digit(hash[5]) || hash[6] != '$') return std::nullopt;
  const auto cost = static_cast<unsigned>((hash[4] - '0') * 10 + (hash[5] - '0'));
  if (cost < cost_min || cost > cost_max) return std::nullopt;
  return cost;
}

std::string unknown_password_hash(unsigned cost) {
  // Salt and hash are letters that nobody's password has led to.
  std::string hash = "$2b$00$" + std::string(53, '.');
  hash[4] = static_cast<char>('0' + cost / 10);
  hash[5] = static_cast<char>('0' + cost % 10);
  return hash;
}

Result<std::string> hash_password(std::string_view password, unsigned cost) {
  if (password.empty() || password.size() > password_bytes_max || password.contains('\0')) {
    return fail(KeyError::unusable_password);
  }
  if (cost < cost_min || cost > cost_max) return fail(KeyError::unusable_cost);
  std::array<std::byte, 16> salt{};
  random_bytes(salt);
  std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting{};
  if (crypt_gensalt_rn("$2b$", cost, reinterpret_cast<const char*>(salt.data()),
                       static_cast<int>(salt.size()), setting.data(),
                       static_cast<int>(setting.size())) == nullptr) {
    return fail(KeyError::crypto_failed);
  }
  std::string hash = crypt_text(std::string(password), setting.data());
  if (!is_acceptable(hash)) return fail(KeyError::crypto_failed);
  return hash;
}

bool check_password(std::string_view password, std::string_view hash) {
  // A NUL would end the password early for crypt(3), and let a prefix in.
  if (password.empty() || password.contains('\0') || !is_acceptable(hash)) return false;
  // Other writers cut at bcrypt's limit, so what lies beyond it does not count here either.
  const std::string read(password.substr(0, password_bytes_max));
  const std::string made = crypt_text(read, std::string(hash));
  return made.size() == hash.size() && CRYPTO_memcmp(made.data(), hash.data(), made.size()) == 0;
}

}  // namespace quickclinic::identity
