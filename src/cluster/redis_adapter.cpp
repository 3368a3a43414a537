#include "cluster/redis_adapter.hpp"

#include "cluster/redis/redis_pub_sub.hpp"
#include "cluster/redis/redis_streams.hpp"
#include "cluster/redis/redis_url.hpp"
#include "cluster/redis/tls.hpp"
#include "cluster/streams_adapter.hpp"
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

std::unique_ptr<socketio::Adapter> streams_adapter(socketio::Node& node, const redis::RedisUrl& url,
                                                   const StreamsOptions& options,
                                                   const AdapterOptions& adapter) {
  auto made = redis::make_redis_streams(node.server().executor(), url,
                                        {.stream = options.stream_name,
                                         .max_len = options.max_len,
                                         .read_count = options.read_count,
                                         .sessions = node.server().recovery().shared()});
  if (!made) throw std::runtime_error(made.error().describe());
  return std::make_unique<StreamsAdapter>(node, options, std::move(made->pub_sub), *made->streams,
                                          adapter);
}

}  // namespace

Result<socketio::AdapterFactory> redis_adapter(const RedisAdapterOptions& options) {
  auto url = redis::read_redis_url(options.url);
  if (!url) return std::unexpected(url.error());
  if (url->tls) {
    const auto tls = redis::make_tls_context(url->tls_options);
    if (!tls) return std::unexpected(tls.error());
  }
  const auto* streams = std::get_if<StreamsOptions>(&options.dialect);
  if (streams != nullptr) {
    if (url->topology == redis::RedisUrl::Topology::cluster) {
      return fail(Condition::bad_request,
                  "streams want one server or sentinels, no redis+cluster://");
    }
    return [streams = *streams, adapter = options.adapter, url = std::move(*url)](
               socketio::Node& node) { return streams_adapter(node, url, streams, adapter); };
  }
  return
      [options, url = std::move(*url)](socketio::Node& node) -> std::unique_ptr<socketio::Adapter> {
        auto pub_sub = redis::make_redis_pub_sub(node.server().executor(), url);
        if (!pub_sub) throw std::runtime_error(pub_sub.error().describe());
        return std::make_unique<PubSubAdapter>(node, dialect(options), std::move(*pub_sub),
                                               options.adapter);
      };
}

}  // namespace quickclinic::cluster
