#include "server/settings/host.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <string>

namespace quickclinic::settings {
namespace {

bool is_name_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

bool is_host_name(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  while (true) {
    const std::size_t dot = text.find('.');
    const std::string_view label = text.substr(0, dot);
    if (label.empty() || label.size() > 63 || label.starts_with('-') || label.ends_with('-')) {
      return false;
    }
    if (!std::ranges::all_of(label, is_name_letter)) return false;
    if (dot == std::string_view::npos) break;
    text.remove_prefix(dot + 1);
  }
  // Digits and dots that are no address are a mistyped address, not a name.
  return !std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

using Ipv4 = std::array<unsigned char, 4>;
using Ipv6 = std::array<unsigned char, 16>;

}  // namespace

bool is_host(std::string_view text) {
  const std::string host(text);
  Ipv6 address{};
  return inet_pton(AF_INET, host.c_str(), address.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), address.data()) == 1 || is_host_name(text);
}

bool is_loopback_host(std::string_view text) {
  const std::string host(text);
  if (host == "localhost") return true;
  Ipv4 four{};
  if (inet_pton(AF_INET, host.c_str(), four.data()) == 1) return four[0] == 127;
  Ipv6 six{};
  constexpr Ipv6 loopback = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  return inet_pton(AF_INET6, host.c_str(), six.data()) == 1 && six == loopback;
}

}  // namespace quickclinic::settings
