#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace quickclinic {

/// SHA-256 of `bytes` (FIPS 180-4), by OpenSSL.
std::array<std::byte, 32> sha256(std::string_view bytes);

/// The same in lower-case hexadecimal.
std::string sha256_hex(std::string_view bytes);

/// A code that only who knows `key` can make for `bytes` (HMAC, RFC 2104, with SHA-256).
std::array<std::byte, 32> hmac_sha256(std::string_view key, std::string_view bytes);

/// The same in lower-case hexadecimal.
std::string hmac_sha256_hex(std::string_view key, std::string_view bytes);

/// Compares in a time that does not tell where they differ.
bool equal_secrets(std::string_view left, std::string_view right) noexcept;

}  // namespace quickclinic
