#pragma once

#include "base/result.hpp"
#include "cluster/redis/address.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::redis {

/// What a server asks of its clients. Both empty: it asks nothing.
struct Login {
  std::string user;  ///< empty: the user `default`
  std::string password;
};

/// How a server of a `rediss` URL proves who it is, and we to it.
struct TlsOptions {
  bool verify = true;       ///< the certificate against the authorities
  bool verify_name = true;  ///< that it is for the host in the URL
  std::string ca_file;      ///< empty: the system's authorities
  std::string certificate_file;
  std::string key_file;
};

/// How to reach Redis: what is in a `REDIS_URL`.
///
///     redis://[[user]:password@]host[:port][/database][?parameters]
///     redis+sentinel://[[user]:password@]host[:port],host[:port]…/master[/database][?parameters]
///     redis+cluster://[[user]:password@]host[:port],host[:port]…[?parameters]
///
/// `rediss` in place of `redis` means TLS. Users, passwords and values may be percent-encoded, an
/// IPv6 address stands in brackets. Parameters: `db`; `ssl_ca_certs`, `ssl_certfile`, `ssl_keyfile`
/// (files), `ssl_cert_reqs` (`required`, or `none`: any certificate is accepted),
/// `ssl_check_hostname` (`true`, `false`); `sentinel_username`, `sentinel_password`.
struct RedisUrl {
  enum class Topology { single, sentinel, cluster };

  Topology topology = Topology::single;
  std::vector<Address> addresses;  ///< of the server, of the sentinels, of some of the cluster
  Login login;
  Login sentinel_login;
  std::string master;  ///< the name that the sentinels know it by
  int database = 0;
  bool tls = false;
  TlsOptions tls_options;
};

/// Reads such a URL. The sentence of a failure shows nothing of it that may be a password.
Result<RedisUrl> read_redis_url(std::string_view url);

}  // namespace quickclinic::redis
