#include "server/settings/origin_pattern.hpp"

#include "server/settings/host.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace quickclinic::settings {
namespace {

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

/// `:port` as an origin carries it, empty for the scheme's own port. Nothing when it is no port.
std::optional<std::string> port_suffix(std::string_view digits, bool secure) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), port);
  if (error != std::errc() || end != digits.end() || port == 0) return std::nullopt;
  if (port == (secure ? 443 : 80)) return "";
  return ':' + std::to_string(port);
}

bool is_bracketed_address(std::string_view host) {
  return host.size() > 2 && host.starts_with('[') && host.ends_with(']') && host.contains(':') &&
         is_host(host.substr(1, host.size() - 2));
}

bool is_label(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

}  // namespace

std::optional<OriginPattern> OriginPattern::parse(std::string_view given) {
  const std::string text = lower_case(given);
  std::string_view rest = text;
  if (rest.ends_with('/')) rest.remove_suffix(1);
  const bool secure = rest.starts_with("https://");
  const std::string_view scheme = secure ? "https://" : "http://";
  if (!rest.starts_with(scheme)) return std::nullopt;
  rest.remove_prefix(scheme.size());

  const std::size_t bracket = rest.find(']');
  const std::size_t colon = rest.find(':', bracket == std::string_view::npos ? 0 : bracket);
  std::string_view host = rest.substr(0, colon);
  std::optional<std::string> port = "";
  if (colon != std::string_view::npos) port = port_suffix(rest.substr(colon + 1), secure);
  if (!port) return std::nullopt;

  OriginPattern pattern;
  pattern.any_label_ = host.starts_with("*.");
  if (pattern.any_label_) {
    host.remove_prefix(1);  // the dot stays, so that the star stands for a whole label
    const std::string_view domain = host.substr(1);
    if (!is_host(domain) || (!domain.contains('.') && domain != "localhost")) return std::nullopt;
    pattern.before_ = scheme;
    pattern.after_ = std::string(host) + *port;
    return pattern;
  }
  if (!is_bracketed_address(host) && (host.contains(':') || !is_host(host))) return std::nullopt;
  pattern.before_ = std::string(scheme) + std::string(host) + *port;
  return pattern;
}

bool OriginPattern::matches(std::string_view origin) const {
  if (!any_label_) return origin == before_;
  if (origin.size() <= before_.size() + after_.size()) return false;
  if (!origin.starts_with(before_) || !origin.ends_with(after_)) return false;
  origin.remove_prefix(before_.size());
  origin.remove_suffix(after_.size());
  return is_label(origin);
}

}  // namespace quickclinic::settings
