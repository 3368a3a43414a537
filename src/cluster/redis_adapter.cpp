#include "cluster/redis_adapter.hpp"

#include "cluster/redis/redis_pub_sub.hpp"
#include "cluster/redis/redis_url.hpp"
#include "cluster/redis/tls.hpp"
#include "socketio/server.hpp"

#include <memory>
#include <stdexcept>
#include <utility>

namespace quickclinic::cluster {
namespace {

std::unique_ptr<Dialect> dialect(const RedisAdapterOptions& options) {
  if (const auto* sharded = std::get_if<ShardedOptions>(&options.dialect)) {
    return std::make_unique<ShardedDialect>(*sharded);
  }
  return std::make_unique<ClassicDialect>(std::get<ClassicOptions>(options.dialect));
}

}  // namespace

Result<socketio::AdapterFactory> redis_adapter(const RedisAdapterOptions& options) {
  auto url = redis::read_redis_url(options.url);
  if (!url) return std::unexpected(url.error());
  if (url->tls) {
    const auto tls = redis::make_tls_context(url->tls_options);
    if (!tls) return std::unexpected(tls.error());
  }
  return [options, url = std::move(*url)](socketio::Node& node) {
    auto pub_sub = redis::make_redis_pub_sub(node.server().executor(), url);
    if (!pub_sub) throw std::runtime_error(pub_sub.error().describe());
    return std::make_unique<PubSubAdapter>(node, dialect(options), std::move(*pub_sub),
                                           options.adapter);
  };
}

}  // namespace quickclinic::cluster
