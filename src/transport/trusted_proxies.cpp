#include "transport/trusted_proxies.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

namespace quickclinic::transport {
namespace {

constexpr std::array<std::string_view, 2> loopback_ranges = {"127.0.0.0/8", "::1"};
// RFC 1918, 6598, 3927, 4193 and 4291.
constexpr std::array<std::string_view, 7> private_ranges = {
    "10.0.0.0/8",     "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10",
    "169.254.0.0/16", "fc00::/7",      "fe80::/10"};
// For documents and measurements (RFC 5737, 3849 and 2544); machines of laboratories have them.
constexpr std::array<std::string_view, 5> unrouted_ranges = {
    "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15", "2001:db8::/32"};

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// The elements of a list, in their order, trimmed. Commas in quotes are nobody's in these lists.
std::vector<std::string_view> split(std::string_view list, char separator) {
  std::vector<std::string_view> elements;
  while (true) {
    const std::size_t end = list.find(separator);
    elements.push_back(trim(list.substr(0, end)));
    if (end == std::string_view::npos) return elements;
    list.remove_prefix(end + 1);
  }
}

// All fields of a name are one list (RFC 9110, section 5.2).
std::vector<std::string_view> elements_of(const HttpRequest& request, std::string_view name) {
  std::vector<std::string_view> elements;
  for (const Header header : request.headers) {
    if (!equal_ignoring_case(header.name, name)) continue;
    const auto some = split(header.value, ',');
    elements.insert(elements.end(), some.begin(), some.end());
  }
  return elements;
}

// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1` and `[2001:db8::1]:4711`; what hides itself
// (`unknown`, `_name`) is no address.
std::optional<PeerAddress> node_address(std::string_view node) {
  if (node.starts_with('[')) {
    const std::size_t end = node.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    return PeerAddress::parse(node.substr(1, end - 1));
  }
  const std::size_t colon = node.find(':');
  const bool has_port = colon != std::string_view::npos && colon == node.rfind(':');
  return PeerAddress::parse(has_port ? node.substr(0, colon) : node);
}

// The value of one parameter of an element of Forwarded: `for="[2001:db8::1]";proto=https`.
std::string_view parameter(std::string_view element, std::string_view name) {
  for (const std::string_view pair : split(element, ';')) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    if (!equal_ignoring_case(trim(pair.substr(0, equals)), name)) continue;
    std::string_view value = trim(pair.substr(equals + 1));
    if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"')) {
      value = value.substr(1, value.size() - 2);
    }
    return value;
  }
  return {};
}

}  // namespace

std::optional<TrustedProxies> TrustedProxies::parse(std::string_view list) {
  if (trim(list) == "none") return TrustedProxies();
  TrustedProxies proxies;
  const auto add = [&](std::string_view range) {
    const auto parsed = AddressRange::parse(range);
    if (parsed) proxies.ranges_.push_back(*parsed);
    return parsed.has_value();
  };
  for (const std::string_view word : split(list, ',')) {
    if (word == "loopback") {
      for (const std::string_view range : loopback_ranges) add(range);
    } else if (word == "private") {
      for (const std::string_view range : private_ranges) add(range);
    } else if (!add(word)) {
      return std::nullopt;
    }
  }
  return proxies;
}

bool TrustedProxies::trusts(const PeerAddress& address) const noexcept {
  return std::ranges::any_of(ranges_,
                             [&](const AddressRange& range) { return range.contains(address); });
}

bool TrustedProxies::beyond_loopback() const noexcept {
  return std::ranges::any_of(ranges_, [](const AddressRange& range) {
    return std::ranges::none_of(loopback_ranges, [&](std::string_view text) {
      return AddressRange::parse(text)->contains(range);
    });
  });
}

Client TrustedProxies::client_of(const HttpRequest& request, const PeerAddress& peer,
                                 bool secure) const {
  Client client{peer, secure};
  if (ranges_.empty() || !trusts(peer)) return client;
  std::vector<std::string_view> nodes = elements_of(request, "X-Forwarded-For");
  std::string_view scheme;
  if (const auto given = request.header("X-Forwarded-Proto")) scheme = split(*given, ',').front();
  if (nodes.empty()) {
    for (const std::string_view element : elements_of(request, "Forwarded")) {
      nodes.push_back(parameter(element, "for"));
      if (scheme.empty()) scheme = parameter(element, "proto");
    }
  }
  while (!nodes.empty() && trusts(client.address)) {
    const auto before = node_address(nodes.back());
    if (!before) break;
    client.address = *before;
    nodes.pop_back();
  }
  if (!scheme.empty()) client.secure = equal_ignoring_case(scheme, "https");
  return client;
}

bool is_private(const PeerAddress& address) noexcept {
  static const std::vector<AddressRange> ranges = [] {
    std::vector<AddressRange> parsed;
    for (const std::string_view range : loopback_ranges) {
      parsed.push_back(*AddressRange::parse(range));
    }
    for (const std::string_view range : private_ranges) {
      parsed.push_back(*AddressRange::parse(range));
    }
    for (const std::string_view range : unrouted_ranges) {
      parsed.push_back(*AddressRange::parse(range));
    }
    return parsed;
  }();
  return std::ranges::any_of(ranges,
                             [&](const AddressRange& range) { return range.contains(address); });
}

}  // namespace quickclinic::transport
