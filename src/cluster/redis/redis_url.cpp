#include "cluster/redis/redis_url.hpp"

#include "base/percent.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace quickclinic::redis {
namespace {

using Topology = RedisUrl::Topology;

constexpr std::uint16_t redis_port = 6379;
constexpr std::uint16_t sentinel_port = 26379;
constexpr int database_max = 65535;  // a server has 16 unless told otherwise

std::unexpected<Error> complain(std::string sentence) {
  return fail(Condition::bad_request, std::move(sentence));
}

template <class Number>
std::optional<Number> number_in(std::string_view text, Number least, Number most) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (number < least || number > most) return std::nullopt;
  return number;
}

// What stands before `separator`; takes both off `text`, or everything when there is none.
std::string_view take_until(std::string_view& text, char separator) {
  const std::string_view piece = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(text.size(), piece.size() + 1));
  return piece;
}

Result<> read_scheme(std::string_view scheme, RedisUrl& url) {
  const std::string_view base = take_until(scheme, '+');
  if (base != "redis" && base != "rediss") {
    return complain(
        "it begins with none of redis://, rediss://, redis+sentinel://, redis+cluster://");
  }
  url.tls = base == "rediss";
  if (scheme == "sentinel") {
    url.topology = Topology::sentinel;
  } else if (scheme == "cluster") {
    url.topology = Topology::cluster;
  } else if (!scheme.empty()) {
    return complain("behind redis+ stands neither sentinel nor cluster");
  }
  return {};
}

Result<> read_login(std::string_view text, RedisUrl& url) {
  const std::size_t colon = text.find(':');
  const auto user = percent_decoded(text.substr(0, colon));
  const auto password =
      percent_decoded(colon == std::string_view::npos ? "" : text.substr(colon + 1));
  if (!user || !password) return complain("the percent-encoding of user or password is wrong");
  if (!user->empty() && password->empty()) {
    return complain("there is a user without a password (a password alone is written :password@)");
  }
  url.login = {.user = *user, .password = *password};
  return {};
}

Result<Address> read_address(std::string_view text, std::uint16_t usual_port) {
  Address address{.host = {}, .port = usual_port};
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return complain("an IPv6 address lacks its ]");
    address.host = text.substr(1, end - 1);
    port = text.substr(end + 1);
  } else {
    address.host = text.substr(0, text.find(':'));
    port = text.substr(address.host.size());
  }
  if (address.host.empty()) return complain("a host is missing");
  if (port.empty()) return address;
  const auto number =
      port.starts_with(':') ? number_in<std::uint16_t>(port.substr(1), 1, 65535) : std::nullopt;
  if (!number) return complain("a port is no number from 1 to 65535");
  address.port = *number;
  return address;
}

Result<> read_addresses(std::string_view text, RedisUrl& url) {
  const bool several = url.topology != Topology::single;
  const auto usual = url.topology == Topology::sentinel ? sentinel_port : redis_port;
  if (text.ends_with(',')) return complain("a host is missing");
  do {
    Result<Address> address = read_address(take_until(text, ','), usual);
    if (!address) return std::unexpected(address.error());
    url.addresses.push_back(std::move(*address));
  } while (!text.empty());
  if (url.addresses.size() > 1 && !several) {
    return complain("it names several hosts, which redis+sentinel:// and redis+cluster:// take");
  }
  return {};
}

Result<> read_database(std::string_view text, RedisUrl& url) {
  if (text.empty()) return {};
  const auto number = number_in<int>(text, 0, database_max);
  if (!number) return complain("the database is no number from 0 to 65535");
  if (*number != 0 && url.topology == Topology::cluster) {
    return complain("a Redis Cluster has no database but 0");
  }
  url.database = *number;
  return {};
}

Result<> read_path(std::string_view path, RedisUrl& url) {
  if (url.topology == Topology::sentinel) {
    const auto master = percent_decoded(take_until(path, '/'));
    if (!master || master->empty()) {
      return complain("the name of the master is missing: redis+sentinel://host:26379/mymaster");
    }
    url.master = *master;
  }
  return read_database(path, url);
}

std::optional<bool> boolean_in(std::string_view text) {
  if (text == "true" || text == "True" || text == "1") return true;
  if (text == "false" || text == "False" || text == "0") return false;
  return std::nullopt;
}

Result<> read_tls_parameter(std::string_view name, const std::string& value, TlsOptions& tls) {
  if (name == "ssl_ca_certs") tls.ca_file = value;
  if (name == "ssl_certfile") tls.certificate_file = value;
  if (name == "ssl_keyfile") tls.key_file = value;
  if (name == "ssl_cert_reqs") {
    if (value != "required" && value != "none") {
      return complain("ssl_cert_reqs is neither required nor none");
    }
    tls.verify = value == "required";
  }
  if (name == "ssl_check_hostname") {
    const auto flag = boolean_in(value);
    if (!flag) return complain("ssl_check_hostname is neither true nor false");
    tls.verify_name = *flag;
  }
  return {};
}

Result<> read_parameter(std::string_view parameter, RedisUrl& url) {
  const std::string_view name = take_until(parameter, '=');
  const auto value = percent_decoded(parameter);
  if (!value) return complain("the percent-encoding of a parameter is wrong");
  if (name == "db") return read_database(*value, url);
  if (name.starts_with("ssl_")) {
    constexpr std::string_view known[] = {"ssl_ca_certs", "ssl_certfile", "ssl_keyfile",
                                          "ssl_cert_reqs", "ssl_check_hostname"};
    if (std::ranges::find(known, name) == std::end(known)) {
      return complain("it has a parameter of TLS that is not known");
    }
    if (!url.tls) return complain("it has parameters of TLS, which only rediss:// takes");
    return read_tls_parameter(name, *value, url.tls_options);
  }
  const bool sentinel = url.topology == Topology::sentinel;
  if (sentinel && name == "sentinel_username") {
    url.sentinel_login.user = *value;
  } else if (sentinel && name == "sentinel_password") {
    url.sentinel_login.password = *value;
  } else {
    return complain("it has a parameter that is not known");
  }
  return {};
}

}  // namespace

Result<RedisUrl> read_redis_url(std::string_view text) {
  RedisUrl url;
  const std::size_t scheme = text.find("://");
  if (scheme == std::string_view::npos) return complain("it is no URL such as redis://host:6379");
  if (const auto read = read_scheme(text.substr(0, scheme), url); !read) {
    return std::unexpected(read.error());
  }
  std::string_view rest = text.substr(scheme + 3);
  std::string_view before_parameters = take_until(rest, '?');
  // Passwords that were not percent-encoded may hold a slash or an at sign.
  const std::size_t at = before_parameters.rfind('@');
  if (at != std::string_view::npos) {
    const auto read = read_login(before_parameters.substr(0, at), url);
    if (!read) return std::unexpected(read.error());
    before_parameters.remove_prefix(at + 1);
  }
  const std::string_view hosts = take_until(before_parameters, '/');
  if (const auto read = read_addresses(hosts, url); !read) return std::unexpected(read.error());
  if (const auto read = read_path(before_parameters, url); !read) {
    return std::unexpected(read.error());
  }
  while (!rest.empty()) {
    const std::string_view parameter = take_until(rest, '&');
    if (parameter.empty()) continue;
    const auto read = read_parameter(parameter, url);
    if (!read) return std::unexpected(read.error());
  }
  return url;
}

}  // namespace quickclinic::redis
