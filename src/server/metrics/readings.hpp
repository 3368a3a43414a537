#pragma once

#include "chat/store_measures.hpp"
#include "server/metrics/chat_counters.hpp"
#include "server/metrics/process_reading.hpp"
#include "socketio/counters.hpp"
#include "transport/shard_counters.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace quickclinic::server {

/// One shard's numbers, as its own thread read them.
struct ShardReading {
  double delay_seconds = 0;  ///< from being asked to answering
  double cpu_seconds = 0;
  std::size_t connections = 0;
  std::size_t passed_on = 0;  ///< on their way to other instances
  transport::ShardCounters transport;
  socketio::Counters socketio;
  ChatCounters chat;
  chat::StoreMeasures store;
};

/// Everything that the metrics are made from.
struct Readings {
  struct Shard {
    bool answered = false;  ///< this time
    std::size_t mailbox_waiting = 0;
    std::uint64_t mailbox_dropped = 0;
    std::size_t failures = 0;
    /// The last one that there is, so that no sum goes back because a shard is late; null: none.
    std::shared_ptr<const ShardReading> last;
  };
  std::vector<Shard> shards;
  chat::StoreMeasures store_threads;  ///< besides what the shards have
  bool database_up = false;           ///< it answered in time
  std::optional<double> database_seconds;
  std::int64_t sends_under_way = 0;
  std::size_t logins_waiting = 0;
  std::uint64_t failed_tasks = 0;
  bool draining = false;
  struct Cluster {
    bool connected = false;
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    std::uint64_t malformed = 0;
    std::uint64_t refused = 0;
    std::uint64_t unanswered = 0;
  };
  std::optional<Cluster> cluster;  ///< nothing: no way to other instances
  struct Traces {
    std::uint64_t sent = 0;
    std::uint64_t dropped = 0;
    std::uint64_t failed = 0;
  };
  Traces traces;
  ProcessReading process;
};

}  // namespace quickclinic::server
