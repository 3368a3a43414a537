#pragma once

#include "base/result.hpp"
#include "cluster/classic_dialect.hpp"
#include "cluster/pub_sub_adapter.hpp"
#include "cluster/sharded_dialect.hpp"
#include "cluster/streams_dialect.hpp"
#include "socketio/adapter.hpp"

#include <string>
#include <variant>

namespace quickclinic::cluster {

/// How servers find each other by Redis. All of one cluster have to agree on the dialect and its
/// key; servers of Node with the official adapters can be among them.
struct RedisAdapterOptions {
  /// `redis://host:port`; see `cluster/redis/redis_url.hpp` for all that can be said.
  std::string url = "redis://127.0.0.1:6379";
  /// `ClassicOptions`: as `createAdapter` of `@socket.io/redis-adapter`; every Redis will do, and
  /// `@socket.io/redis-emitter` is understood. `ShardedOptions`: as `createShardedAdapter`; wants
  /// Redis 7, and spares each server of a Redis Cluster what the others carry. `StreamsOptions`: as
  /// `createAdapter` of `@socket.io/redis-streams-adapter`; wants Redis 6.2, and is not for a Redis
  /// Cluster.
  std::variant<ClassicOptions, ShardedOptions, StreamsOptions> dialect = ClassicOptions();
  AdapterOptions adapter = {};
};

/// For `transport::Options::adapter`. Fails, with a sentence for the operator, when the URL cannot
/// be understood or is not for that dialect, or a file that it names cannot be read. It does not
/// wait for Redis: a server without it serves its own clients, and joins the others as soon as it
/// can.
///
/// The factory reads the files again, and throws `std::runtime_error` when they are gone by then.
Result<socketio::AdapterFactory> redis_adapter(const RedisAdapterOptions& options);

}  // namespace quickclinic::cluster
