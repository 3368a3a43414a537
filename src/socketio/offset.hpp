#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace quickclinic::socketio {

/// The place of a packet among those that a client may have missed: the shard where it was sent,
/// and its number there, within one namespace. Clients keep the last one that they received.
struct Offset {
  unsigned shard = 0;
  std::uint64_t number = 0;  ///< counts up; other shards need not see every one

  friend bool operator==(const Offset&, const Offset&) = default;
};

/// Process, shard and number with a dot between each, the numbers in base 36. `process` tells a run
/// of the server from all others.
std::string to_text(const Offset& offset, std::string_view process);
/// Nothing for the offset of another run, and for whatever else a client may say.
std::optional<Offset> parse_offset(std::string_view text, std::string_view process);

}  // namespace quickclinic::socketio
