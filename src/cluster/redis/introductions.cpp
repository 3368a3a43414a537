#include "cluster/redis/introductions.hpp"

#include "cluster/redis/tls.hpp"

#include <utility>

namespace quickclinic::redis {

Result<Introductions> introductions_for(const RedisUrl& url) {
  Introduction introduction{.login = url.login,
                            .database = url.database,
                            .tls = {},
                            .verify_name = url.tls_options.verify && url.tls_options.verify_name,
                            .master_only = false};
  if (url.tls) {
    Result<TlsContext> tls = make_tls_context(url.tls_options);
    if (!tls) return std::unexpected(tls.error());
    introduction.tls = std::move(*tls);
  }
  Introductions both{.to_server = introduction, .to_sentinels = introduction};
  both.to_server.master_only = url.topology == RedisUrl::Topology::sentinel;
  both.to_sentinels.login = url.sentinel_login;
  both.to_sentinels.database = 0;
  return both;
}

}  // namespace quickclinic::redis
