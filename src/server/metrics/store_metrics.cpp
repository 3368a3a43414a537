#include "server/metrics/metric.hpp"

#include <array>

namespace quickclinic::server {
namespace {

using chat::StoreMeasures;
using enum MetricKind;

StoreMeasures store_of(const Readings& readings) {
  StoreMeasures total = readings.store_threads;
  for (const Readings::Shard& shard : readings.shards) {
    if (shard.last != nullptr) total.add(shard.last->store);
  }
  return total;
}

template <auto field>
void number(const Readings& readings, Exposition& out) {
  out.sample(static_cast<double>(store_of(readings).*field));
}

template <Histogram StoreMeasures::* field>
void distribution(const Readings& readings, Exposition& out) {
  out.histogram({}, store_of(readings).*field);
}

constexpr std::array metrics{
    Metric{"quickclinic_database_up", gauge, "",
           "1 when the database answered a question of this scrape within a second.",
           [](const Readings& readings, Exposition& out) {
             out.sample(readings.database_up ? 1 : 0);
           }},
    Metric{"quickclinic_database_ping_seconds", gauge, "",
           "How long that answer took; no sample without one.",
           [](const Readings& readings, Exposition& out) {
             if (readings.database_seconds) out.sample(*readings.database_seconds);
           }},
    Metric{"quickclinic_database_connections", gauge, "",
           "Connections to the database that are open.", number<&StoreMeasures::connections>},
    Metric{"quickclinic_store_batch_size", histogram, "",
           "How many writes were committed together.", distribution<&StoreMeasures::batch_sizes>},
    Metric{"quickclinic_store_batch_seconds", histogram, "",
           "How long the database took for such a batch, its commit included.",
           distribution<&StoreMeasures::batch_seconds>},
    Metric{"quickclinic_store_batches_failed_total", counter, "",
           "Batches of which nothing was stored; what can be tried again is.",
           number<&StoreMeasures::batches_failed>},
    Metric{"quickclinic_store_refused_total", counter, "",
           "Requests that the database was never asked: too many waited, or for too long.",
           number<&StoreMeasures::refused>},
    Metric{
        "quickclinic_store_waiting", gauge, "queue",
        "What waits for the database: writes for their commit, reads for their answer, entries of "
        "the audit record to be written.",
        [](const Readings& readings, Exposition& out) {
          const StoreMeasures store = store_of(readings);
          out.sample({{"queue", "writes"}}, static_cast<double>(store.writes_waiting));
          out.sample({{"queue", "reads"}}, static_cast<double>(store.reads_waiting));
          out.sample({{"queue", "audit"}}, static_cast<double>(store.audit_waiting));
        }},
    Metric{"quickclinic_audit_lost_total", counter, "",
           "Entries of the audit record that were lost: too many waited. Their number is recorded.",
           number<&StoreMeasures::audit_lost>},
};

}  // namespace

std::span<const Metric> store_metrics() { return metrics; }

}  // namespace quickclinic::server
