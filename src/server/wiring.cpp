#include "server/wiring.hpp"

#include "server/http/redirect.hpp"
#include "server/origins.hpp"
#include "server/tell.hpp"

#include <algorithm>

namespace quickclinic::server {
namespace {

// A patient who pastes a book is told that it is too long; a client that sends more than this is no
// chat's.
constexpr std::size_t oversized_bytes_max = 16'000'000;

// One shard hears for all.
void listen(chat::Feed& feed, Services& services, transport::Shard& shard) {
  feed.listen(
      shard.executor(),
      {.message =
           [&](const chat::Arrival& arrival) {
             transport::Shard& home = Live::home_of(shard, arrival.relation);
             home.post([&live = *services.live[home.index()], arrival] {
               live.heard(arrival.relation, arrival.created_at);
             });
           },
       .notification =
           [&](const chat::Notification& notification) { show_stored(shard, notification); },
       .gap =
           [&] {
             for (unsigned i = 0; i < shard.count(); ++i) {
               transport::Shard& each = shard.sibling(i);
               each.post([&each, &live = *services.live[i]] {
                 spawn(each.executor(), live.catch_up(), "catch_up");
               });
             }
           }});
}

}  // namespace

transport::Options transport_options(const settings::Settings& settings,
                                     std::shared_ptr<const transport::TlsContext> tls) {
  transport::Options options;
  options.endpoint.host = settings.host;
  options.endpoint.port = settings.port;
  options.shards = settings.shards;
  options.engine.ping_interval = settings.ping_interval;
  options.engine.ping_timeout = settings.ping_timeout;
  options.socket.keep_handshake = false;  // admission has taken what it needs
  options.oversized_bytes_max = oversized_bytes_max;
  // Refused clients get a reason, which takes a connection; hence some more of them than may stay.
  options.connections_max = settings.max_connections + settings.max_connections / 10 + 100;
  options.tls = std::move(tls);
  options.origin = origin_policy(settings);
  options.proxies = settings.trust_proxy;
  if (settings.http_redirect_port) {
    options.endpoints.push_back({.host = settings.host,
                                 .port = *settings.http_redirect_port,
                                 .door = {.number = redirect_door, .plain = true}});
  }
  // With TLS alone there would be nothing for other instances, which speak plain HTTP.
  if (settings.tls && settings.cluster_advertise) {
    options.endpoints.push_back({.host = settings.host,
                                 .port = settings.cluster_advertise->port,
                                 .door = {.plain = true, .for_nodes = true}});
  }
  return options;
}

void apply(Limits& limits, transport::Options& options) {
  options.connections_per_address = limits.connections();
  options.handshake_limit = [&limits](const transport::PeerAddress& client) {
    return limits.handshake(client);
  };
}

ChatShard::ChatShard(Services& services, transport::Shard& shard)
    : live_(services, shard, watched_),
      presence_(shard),
      admission_(services, shard),
      events_(services, shard),
      watch_events_(services, shard),
      routes_(services, shard, events_),
      watch_(services, shard) {
  services.counters.push_back(&counters_);
  services.live.push_back(&live_);
  services.presence.push_back(&presence_);
  services.watched.push_back(&watched_);
  if (services.feed != nullptr && shard.index() == 0) listen(*services.feed, services, shard);
  if (shard.index() == 0) {
    Live::hear_instances(services, shard);
    others_.emplace(services, shard).begin();
  }
  socketio::Namespace& root = shard.io().of("/");
  admission_.install(root);
  events_.install(root);
  watch_events_.install(root);
  routes_.install();
  watch_.begin();
}

}  // namespace quickclinic::server
