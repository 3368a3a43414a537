#pragma once

#include "cluster/redis/address.hpp"
#include "cluster/redis/reply.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::redis {

/// The slot of a Redis Cluster that a key or a sharded channel falls into.
std::uint16_t slot_of(std::string_view key) noexcept;

/// Which server of a Redis Cluster owns which slot.
class SlotMap {
 public:
  static constexpr std::size_t slot_count = 16384;
  static constexpr std::size_t servers_max = 1000;

  struct Server {
    Address address;
    bool owner = false;  ///< of some slot; else a replica
  };

  /// Reads the answer to `CLUSTER SLOTS` of the server at `asked`. Fails when it is none.
  static Result<SlotMap> read(const Reply& reply, const Address& asked);

  /// Null while nobody owns the slot.
  const Address* owner_of(std::string_view channel) const noexcept;
  /// Of all, replicas too.
  const std::vector<Server>& servers() const noexcept { return servers_; }
  bool has(const Address& address) const noexcept;

 private:
  static constexpr std::uint16_t nobody = UINT16_MAX;

  SlotMap() { owners_.fill(nobody); }
  std::optional<std::uint16_t> place(const Reply& server, const Address& asked, bool owner);
  bool read_range(const Reply& range, const Address& asked);

  std::vector<Server> servers_;
  std::array<std::uint16_t, slot_count> owners_;
};

/// The address in `MOVED 1234 host:port`; a server that names no host means its own.
std::optional<Address> moved_to(const Reply& error, const Address& asked);

}  // namespace quickclinic::redis
