#pragma once

#include "base/result.hpp"
#include "cluster/redis/connection.hpp"
#include "cluster/redis/redis_url.hpp"

namespace quickclinic::redis {

/// Who we are to each kind of server that a URL names.
struct Introductions {
  Introduction to_server;
  Introduction to_sentinels;
};

/// Fails when a file that the URL names cannot be read.
Result<Introductions> introductions_for(const RedisUrl& url);

}  // namespace quickclinic::redis
