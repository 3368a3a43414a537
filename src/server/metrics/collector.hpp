#pragma once

#include "server/metrics/readings.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace quickclinic::transport {
class Shard;
}

namespace quickclinic::server {

struct Services;

/// Reads the numbers of all shards for a scrape: each counts for itself, without locks, and tells
/// when it is asked through its mailbox. The lock in here is for scrapes alone.
///
/// Any thread may ask. Lives as long as the shards.
class Collector {
 public:
  /// Whoever has not answered by then is left out: a shard that hangs is to be seen, not waited
  /// for.
  static constexpr std::chrono::milliseconds patience{1000};
  using Done = std::move_only_function<void(const Readings&)>;

  /// Asks the shards that `any` is one of, and the database, and calls `done` on `executor`, which
  /// runs on one thread; within `patience`, or never when that thread's loop ends.
  void collect(Services& services, transport::Shard& any, boost::asio::any_io_executor executor,
               Done done);

 private:
  class Round;

  void keep(unsigned shard, std::shared_ptr<const ShardReading> reading);

  std::mutex mutex_;
  std::vector<std::shared_ptr<const ShardReading>> last_;  // of each shard
};

}  // namespace quickclinic::server
