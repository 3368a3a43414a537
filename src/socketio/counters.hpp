#pragma once

#include "base/string_hash.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace quickclinic::socketio {

/// What a Socket.IO server has done on one shard since it began, for metrics. Belongs to the
/// shard's thread.
struct Counters {
  /// Numbers by event name. The names are those that the program listens to, never a client's;
  /// beyond `names_max` they are counted together, under an empty name.
  class ByName {
   public:
    static constexpr std::size_t names_max = 256;

    /// The number of that name, there as long as this is: to be found once, and counted up
    /// without a search.
    std::uint64_t& number_of(std::string_view name) {
      const auto known = numbers_.find(name);
      if (known != numbers_.end()) return known->second;
      return numbers_[numbers_.size() < names_max ? std::string(name) : std::string()];
    }
    const StringMap<std::uint64_t>& numbers() const noexcept { return numbers_; }

   private:
    StringMap<std::uint64_t> numbers_;
  };

  ByName received;               ///< events of clients that somebody listens to
  std::uint64_t unhandled = 0;   ///< events of clients that nobody listens to
  std::uint64_t sent = 0;        ///< events to clients; a broadcast is one, whoever gets it
  std::uint64_t deliveries = 0;  ///< packets of events given to sockets of this shard
};

}  // namespace quickclinic::socketio
