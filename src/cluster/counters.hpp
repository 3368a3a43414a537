#pragma once

#include <atomic>
#include <cstdint>

namespace quickclinic::cluster {

/// What an adapter has done so far, for metrics. Written by the adapter's thread; to be read on
/// any.
struct Counters {
  std::atomic<bool> connected{false};
  std::atomic<std::uint64_t> sent{0};      ///< messages published
  std::atomic<std::uint64_t> received{0};  ///< messages of other nodes, and own ones that came back
  std::atomic<std::uint64_t> malformed{0};   ///< of those: dropped, because they cannot be read
  std::atomic<std::uint64_t> refused{0};     ///< of those: requests beyond what may be under way
  std::atomic<std::uint64_t> unanswered{0};  ///< own requests that ended without all answers
};

}  // namespace quickclinic::cluster
