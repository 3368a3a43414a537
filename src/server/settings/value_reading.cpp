#include "server/settings/value_reading.hpp"

#include "cluster/redis/redis_url.hpp"
#include "server/settings/host.hpp"

#include <system_error>

#include <algorithm>
#include <array>
#include <charconv>

namespace quickclinic::settings {
namespace {

std::unexpected<std::string> complain(std::string_view words) {
  return std::unexpected(std::string(words));
}

bool is_visible_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7F'; });
}

std::optional<std::string_view> after(std::string_view text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return std::nullopt;
  return text.substr(prefix.size());
}

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// The host of `host:port/path`, without its port.
std::string_view host_of(std::string_view authority_and_path) {
  const std::string_view text = authority_and_path.substr(0, authority_and_path.find('/'));
  if (text.starts_with('[')) return text.substr(1, text.find(']') - 1);
  return text.substr(0, text.find(':'));
}

TlsFiles& tls_of(Settings& settings) {
  if (!settings.tls) settings.tls.emplace();
  return *settings.tls;
}

}  // namespace

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.begin(), text.end(), number);
  if (error != std::errc() || end != text.end()) return std::nullopt;
  return number;
}

std::string range_complaint(std::int64_t least, std::int64_t most) {
  return "must be a number from " + std::to_string(least) + " to " + std::to_string(most);
}

std::optional<bool> parse_boolean(std::string_view text) {
  constexpr std::array<std::string_view, 4> yes = {"true", "1", "yes", "on"};
  constexpr std::array<std::string_view, 4> no = {"false", "0", "no", "off"};
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  if (std::ranges::find(yes, lower) != yes.end()) return true;
  if (std::ranges::find(no, lower) != no.end()) return false;
  return std::nullopt;
}

Reading read_host(std::string_view value, Settings& into) {
  if (!is_host(value)) return complain("must be an IP address or a host name");
  into.host = value;
  return {};
}

Reading read_trust_proxy(std::string_view value, Settings& into) {
  auto proxies = transport::TrustedProxies::parse(value);
  if (!proxies) {
    return complain(
        "must be addresses and ranges such as 10.0.0.7 or 10.0.0.0/8, loopback or private, "
        "separated by commas, or none");
  }
  into.trust_proxy = std::move(*proxies);
  return {};
}

Reading read_data_folder(std::string_view value, Settings& into) {
  into.data_folder = value;
  return {};
}

Reading read_database_url(std::string_view value, Settings& into) {
  if (value.starts_with("postgresql://") || value.starts_with("postgres://")) {
    // libpq and the ORM write a host, a path or both; a blank in it is a slip of the hand.
    if (!is_visible_ascii(value) || value.ends_with("://")) {
      return complain("must be a PostgreSQL address without blanks, or sqlite:path");
    }
    into.database = PostgresDatabase{Secret(std::string(value))};
    return {};
  }
  auto path = after(value, "sqlite:");
  // sqlite://host would be a file under the root of the tree, which nobody means.
  if (path && path->starts_with("//")) path = path->starts_with("///") ? path->substr(2) : "";
  if (!path || path->empty() || path->ends_with('/') || *path == ":memory:") {
    return complain("must be postgresql://… or sqlite:path, where path names a file");
  }
  into.database = SqliteDatabase{std::filesystem::path(*path)};
  return {};
}

Reading read_frontend_url(std::string_view value, Settings& into) {
  std::vector<OriginPattern> origins;
  while (!value.empty()) {
    const std::size_t comma = value.find(',');
    const std::string_view one = trim(value.substr(0, comma));
    value = comma == std::string_view::npos ? "" : value.substr(comma + 1);
    if (one.empty()) continue;
    auto origin = OriginPattern::parse(one);
    if (!origin) {
      return complain(
          "must be origins such as https://clinic.example or https://*.clinic.example, separated "
          "by commas");
    }
    origins.push_back(std::move(*origin));
  }
  into.frontend_origins = std::move(origins);
  return {};
}

Reading read_tls_certificate(std::string_view value, Settings& into) {
  tls_of(into).certificate = value;
  return {};
}

Reading read_tls_key(std::string_view value, Settings& into) {
  tls_of(into).key = value;
  return {};
}

Reading read_jwt_secret(std::string_view value, Settings& into) {
  constexpr std::size_t secret_bytes_min = 32;  // the output of SHA-256 (RFC 7518, 3.2)
  if (value.contains("-----BEGIN ")) {
    return complain("must not be a PEM key; a public key belongs into JWT_PUBLIC_KEY");
  }
  if (value.size() < secret_bytes_min) return complain("must be at least 32 bytes long");
  into.jwt_secret = Secret(std::string(value));
  return {};
}

Reading read_jwt_public_key(std::string_view value, Settings& into) {
  into.jwt_public_key = std::string(value);
  return {};
}

Reading read_internal_api_key(std::string_view value, Settings& into) {
  if (!is_visible_ascii(value)) return complain("must be printable ASCII without blanks");
  into.internal_api_key = Secret(std::string(value));
  return {};
}

Reading read_redis_url(std::string_view value, Settings& into) {
  if (!is_visible_ascii(value)) return complain("must be a URL of Redis without blanks");
  const auto url = redis::read_redis_url(value);
  if (!url) return complain("must be a URL of Redis, but " + url.error().context);
  into.redis_url = Secret(std::string(value));
  return {};
}

Reading read_redis_adapter(std::string_view value, Settings& into) {
  if (value == "classic") {
    into.redis_adapter = RedisAdapter::classic;
  } else if (value == "sharded") {
    into.redis_adapter = RedisAdapter::sharded;
  } else if (value == "streams") {
    into.redis_adapter = RedisAdapter::streams;
  } else {
    return complain("must be classic, sharded or streams");
  }
  return {};
}

Reading read_cluster_advertise(std::string_view value, Settings& into) {
  constexpr std::string_view form =
      "must be HOST or HOST:PORT, by which other instances reach this one";
  Advertised advertised;
  const std::string_view host = host_of(value);
  const auto address = transport::PeerAddress::parse(host);
  const bool bracketed = value.starts_with('[');
  if (!is_host(host) || (address && address->unspecified()) || bracketed != host.contains(':') ||
      bracketed != value.contains(']'))
    return complain(form);
  const std::string_view rest = value.substr(host.size() + (bracketed ? 2 : 0));
  if (!rest.empty()) {
    const auto port = rest.starts_with(':') ? parse_integer(rest.substr(1)) : std::nullopt;
    if (!port || *port < 1 || *port > 65535) return complain(form);
    advertised.port = static_cast<std::uint16_t>(*port);
  }
  advertised.host = host;
  into.cluster_advertise = std::move(advertised);
  return {};
}

Reading read_otlp_endpoint(std::string_view value, Settings& into) {
  const auto rest = after(value, "http://");
  if (!rest || !is_visible_ascii(value) || !is_host(host_of(*rest)))
    return complain("must be http://host:port (https is not understood here)");
  into.otlp_endpoint = std::string(value);
  return {};
}

Reading read_service_name(std::string_view value, Settings& into) {
  into.service_name = value;
  return {};
}

Reading read_trace_ratio(std::string_view value, Settings& into) {
  double ratio = 0;
  const auto read = std::from_chars(value.begin(), value.end(), ratio);
  if (read.ec != std::errc() || read.ptr != value.end() || !(ratio >= 0 && ratio <= 1))
    return complain("must be a number from 0 to 1");
  into.trace_ratio = ratio;
  return {};
}

Reading read_log_level(std::string_view value, Settings& into) {
  const auto level = log::parse_level(value);
  if (!level) return complain("must be trace, debug, info, warn, error or off");
  into.log_level = *level;
  return {};
}

Reading read_log_format(std::string_view value, Settings& into) {
  const auto format = log::parse_format(value);
  if (!format) return complain("must be text or json");
  into.log_format = *format;
  return {};
}

}  // namespace quickclinic::settings
