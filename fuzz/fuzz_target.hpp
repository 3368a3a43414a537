#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>

/// The entry of every fuzz target, by libFuzzer's name for it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace quickclinic::fuzz {

/// A property that no input may break. Ends the process, which is how a fuzzer is told.
inline void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace quickclinic::fuzz
