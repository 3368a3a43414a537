#include "transport/address_range.hpp"

#include <charconv>
#include <cstddef>

namespace quickclinic::transport {
namespace {

constexpr unsigned ipv6_bits = 128;
constexpr unsigned ipv4_bits = 32;

std::optional<unsigned> parse_bits(std::string_view text, unsigned most) {
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(text.begin(), text.end(), bits);
  if (error != std::errc() || end != text.end() || bits > most) return std::nullopt;
  return bits;
}

}  // namespace

std::optional<AddressRange> AddressRange::parse(std::string_view text) noexcept {
  const std::size_t slash = text.find('/');
  const std::string_view first = text.substr(0, slash);
  const auto address = PeerAddress::parse(first);
  if (!address) return std::nullopt;
  const bool short_form = !first.contains(':');
  const unsigned most = short_form ? ipv4_bits : ipv6_bits;
  unsigned bits = most;
  if (slash != std::string_view::npos) {
    const auto given = parse_bits(text.substr(slash + 1), most);
    if (!given) return std::nullopt;
    bits = *given;
  }
  return AddressRange(*address, bits + (ipv6_bits - most));
}

bool AddressRange::contains(const PeerAddress& address) const noexcept {
  const auto& mine = first_.bytes();
  const auto& other = address.bytes();
  for (std::size_t i = 0; i < mine.size(); ++i) {
    const std::size_t before = i * 8;
    if (before >= bits_) return true;
    const std::size_t counted = bits_ - before;
    const unsigned mask = counted >= 8 ? 0xFFU : (0xFFU << (8 - counted)) & 0xFFU;
    if (((mine[i] ^ other[i]) & mask) != 0) return false;
  }
  return true;
}

}  // namespace quickclinic::transport
