#include "cluster/redis/slot_map.hpp"

#include <algorithm>
#include <charconv>

namespace quickclinic::redis {
namespace {

// CRC-16/XMODEM, as the specification of Redis Cluster has it.
constexpr std::array<std::uint16_t, 256> make_crc_table() {
  std::array<std::uint16_t, 256> table{};
  for (unsigned i = 0; i < 256; ++i) {
    unsigned crc = i << 8U;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 0x8000U) != 0 ? crc << 1U ^ 0x1021U : crc << 1U;
    table[i] = static_cast<std::uint16_t>(crc);
  }
  return table;
}

constexpr auto crc_table = make_crc_table();

std::uint16_t crc16(std::string_view bytes) noexcept {
  unsigned crc = 0;
  for (const char c : bytes) {
    crc = (crc << 8U & 0xffffU) ^ crc_table[(crc >> 8U ^ static_cast<unsigned char>(c)) & 0xffU];
  }
  return static_cast<std::uint16_t>(crc);
}

}  // namespace

// Of a key with something in braces, that alone counts.
std::uint16_t slot_of(std::string_view key) noexcept {
  const std::size_t open = key.find('{');
  if (open != std::string_view::npos) {
    const std::size_t close = key.find('}', open + 1);
    if (close != std::string_view::npos && close > open + 1) {
      key = key.substr(open + 1, close - open - 1);
    }
  }
  return static_cast<std::uint16_t>(crc16(key) % SlotMap::slot_count);
}

Result<SlotMap> SlotMap::read(const Reply& reply, const Address& asked) {
  if (reply.is_error()) return fail(Condition::unavailable, reply.text);
  SlotMap map;
  const bool good =
      reply.kind == Reply::Kind::list && std::ranges::all_of(reply.items, [&](const Reply& range) {
        return map.read_range(range, asked);
      });
  if (!good) return fail(Condition::unavailable, "Redis gave no slots of a cluster");
  return map;
}

// `[first, last, owner, replica…]`, a server being `[host, port, …]`.
bool SlotMap::read_range(const Reply& range, const Address& asked) {
  if (!range.is_list(3)) return false;
  const std::int64_t first = range.items[0].number;
  const std::int64_t last = range.items[1].number;
  if (first < 0 || last < first || last >= static_cast<std::int64_t>(slot_count)) return false;
  for (std::size_t i = 2; i < range.items.size(); ++i) {
    const auto server = place(range.items[i], asked, i == 2);
    if (!server) return false;
    if (i > 2) continue;
    std::fill(owners_.begin() + first, owners_.begin() + last + 1, *server);
  }
  return true;
}

std::optional<std::uint16_t> SlotMap::place(const Reply& server, const Address& asked, bool owner) {
  if (!server.is_list(2)) return std::nullopt;
  const std::int64_t port = server.items[1].number;
  if (port < 1 || port > 65535) return std::nullopt;
  const std::string& host = server.items[0].text;
  const Address address{.host = host.empty() ? asked.host : host,
                        .port = static_cast<std::uint16_t>(port)};
  const auto found = std::ranges::find(servers_, address, &Server::address);
  if (found == servers_.end()) {
    if (servers_.size() == servers_max) return std::nullopt;
    servers_.push_back({.address = address, .owner = owner});
    return static_cast<std::uint16_t>(servers_.size() - 1);
  }
  found->owner = found->owner || owner;
  return static_cast<std::uint16_t>(found - servers_.begin());
}

const Address* SlotMap::owner_of(std::string_view channel) const noexcept {
  const std::uint16_t owner = owners_[slot_of(channel)];
  return owner == nobody ? nullptr : &servers_[owner].address;
}

bool SlotMap::has(const Address& address) const noexcept {
  return std::ranges::find(servers_, address, &Server::address) != servers_.end();
}

std::optional<Address> moved_to(const Reply& error, const Address& asked) {
  if (!error.is_error() || error.error_code() != "MOVED") return std::nullopt;
  const std::string_view text = error.text;
  const std::size_t blank = text.rfind(' ');
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon < blank) return std::nullopt;
  const std::string_view host = text.substr(blank + 1, colon - blank - 1);
  const std::string_view port = text.substr(colon + 1);
  Address address{.host = std::string(host.empty() ? asked.host : host), .port = 0};
  const auto [end, bad] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (bad != std::errc() || end != port.data() + port.size() || address.port == 0) {
    return std::nullopt;
  }
  return address;
}

}  // namespace quickclinic::redis
