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

}  // namespace quickclinic
