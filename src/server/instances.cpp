#include "server/instances.hpp"

#include "cluster/redis_adapter.hpp"

#include <utility>

namespace quickclinic::server {
namespace {

Error about_the_setting(const Error& error) {
  return {settings::SettingsError::unreadable_file, "REDIS_URL cannot be used: " + error.context};
}

}  // namespace

Result<WayToOtherInstances> way_to_other_instances(const settings::Settings& settings) {
  const auto counters = std::make_shared<cluster::Counters>();
  cluster::RedisAdapterOptions options{
      .url = settings.redis_url->reveal(), .dialect = {}, .adapter = {}};
  options.adapter.counters = counters;
  if (settings.redis_adapter == settings::RedisAdapter::sharded) {
    options.dialect = cluster::ShardedOptions();
  } else if (settings.redis_adapter == settings::RedisAdapter::streams) {
    options.dialect = cluster::StreamsOptions();
  }
  Result<socketio::AdapterFactory> adapter = cluster::redis_adapter(options);
  if (!adapter) return std::unexpected(about_the_setting(adapter.error()));
  return WayToOtherInstances{.adapter = std::move(*adapter), .counters = counters};
}

}  // namespace quickclinic::server
