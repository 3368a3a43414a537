#pragma once

#include "server/metrics/exposition.hpp"
#include "server/metrics/readings.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace quickclinic::server {

/// One family of metrics: what it is called, what it means, and how its samples are read.
struct Metric {
  std::string_view name;
  MetricKind kind;
  std::string_view labels;  ///< their names, separated by commas; empty: none
  std::string_view help;    ///< one sentence
  void (*collect)(const Readings&, Exposition&);
};

// What the program exports, by what it is about. Another layer's metrics are one more list here.
std::span<const Metric> shard_metrics();    ///< connections, sessions, threads
std::span<const Metric> chat_metrics();     ///< clients, events, messages, HTTP
std::span<const Metric> store_metrics();    ///< the database
std::span<const Metric> cluster_metrics();  ///< other instances, and Redis
std::span<const Metric> process_metrics();  ///< the process as the kernel sees it, and its version

/// All of them, in the order in which they are written.
std::vector<Metric> all_metrics();

/// `all_metrics` of `readings` as Prometheus reads them.
std::string expose(const Readings& readings);
inline constexpr std::string_view exposition_type = "text/plain; version=0.0.4; charset=utf-8";

/// `of`, a number of a shard's reading, for each shard that has one.
template <class Of>
void each_shard(const Readings& readings, Exposition& out, const Of& of) {
  for (std::size_t i = 0; i < readings.shards.size(); ++i) {
    const auto& reading = readings.shards[i].last;
    if (reading != nullptr)
      out.sample({{"shard", std::to_string(i)}}, static_cast<double>(of(*reading)));
  }
}

/// The sum of `of` over the shards.
template <class Of>
double sum(const Readings& readings, const Of& of) {
  double total = 0;
  for (const Readings::Shard& shard : readings.shards) {
    if (shard.last != nullptr) total += static_cast<double>(of(*shard.last));
  }
  return total;
}

/// A map of numbers with the maps of all shards added up; `of` answers a shard's.
template <class Map, class Of>
Map merged(const Readings& readings, const Of& of) {
  Map total;
  for (const Readings::Shard& shard : readings.shards) {
    if (shard.last == nullptr) continue;
    for (const auto& [key, number] : of(*shard.last)) total[key] += number;
  }
  return total;
}

}  // namespace quickclinic::server
