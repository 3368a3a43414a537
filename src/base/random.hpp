#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace quickclinic {

/// Fills `bytes` from the kernel's generator, through a small buffer per thread. Ends the process
/// if the kernel has none to give: identifiers that can be guessed are worse than no service.
void random_bytes(std::span<std::byte> bytes);

/// `length` characters of the URL-safe base64 alphabet, 6 bits of randomness each; 20 characters
/// are 120 bits.
std::string random_token(std::size_t length);

/// Uniform in [0, bound); `bound` at least 1. For jitter.
std::uint64_t random_below(std::uint64_t bound);

}  // namespace quickclinic
