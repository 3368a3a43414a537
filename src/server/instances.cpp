#include "server/instances.hpp"

#include "cluster/redis/redis_url.hpp"
#include "cluster/redis/tls.hpp"
#include "cluster/redis_adapter.hpp"

#include <utility>

namespace quickclinic::server {
namespace {

// The files that the URL names, before anything is begun.
Result<> check_files(const std::string& text) {
  const Result<redis::RedisUrl> url = redis::read_redis_url(text);
  if (!url) return std::unexpected(url.error());
  if (!url->tls) return {};
  const Result<redis::TlsContext> tls = redis::make_tls_context(url->tls_options);
  if (!tls) return std::unexpected(tls.error());
  return {};
}

Error about_the_setting(const Error& error) {
  return {settings::SettingsError::unreadable_file, "REDIS_URL cannot be used: " + error.context};
}

}  // namespace

Result<WayToOtherInstances> way_to_other_instances(const settings::Settings& settings) {
  const std::string& url = settings.redis_url->reveal();
  if (const Result<> checked = check_files(url); !checked) {
    return std::unexpected(about_the_setting(checked.error()));
  }
  const auto counters = std::make_shared<cluster::Counters>();
  cluster::RedisAdapterOptions options{.url = url, .dialect = {}, .adapter = {}};
  options.adapter.counters = counters;
  if (settings.redis_adapter == settings::RedisAdapter::sharded) {
    options.dialect = cluster::ShardedOptions();
  }
  Result<socketio::AdapterFactory> adapter = cluster::redis_adapter(options);
  if (!adapter) return std::unexpected(about_the_setting(adapter.error()));
  return WayToOtherInstances{.adapter = std::move(*adapter), .counters = counters};
}

}  // namespace quickclinic::server
