#include "server/metrics/metric.hpp"

#include <array>

namespace quickclinic::server {
namespace {

using enum MetricKind;

// Without a way to other instances there are no samples.
template <std::uint64_t Readings::Cluster::* field>
void of_cluster(const Readings& readings, Exposition& out) {
  if (readings.cluster) out.sample(static_cast<double>(*readings.cluster.*field));
}

constexpr std::array metrics{
    Metric{
        "quickclinic_redis_up", gauge, "",
        "1 while Redis carries what this instance tells the others; no sample without REDIS_URL.",
        [](const Readings& readings, Exposition& out) {
          if (readings.cluster) out.sample(readings.cluster->connected ? 1 : 0);
        }},
    Metric{"quickclinic_other_instances", gauge, "", "Other instances that are heard over Redis.",
           [](const Readings& readings, Exposition& out) {
             if (!readings.cluster) return;
             out.sample(
                 sum(readings, [](const auto& shard) { return shard.chat.other_instances; }));
           }},
    Metric{"quickclinic_cluster_messages_sent_total", counter, "",
           "Messages that were published for other instances.",
           of_cluster<&Readings::Cluster::sent>},
    Metric{"quickclinic_cluster_messages_received_total", counter, "",
           "Messages of other instances, and own ones that came back.",
           of_cluster<&Readings::Cluster::received>},
    Metric{"quickclinic_cluster_messages_dropped_total", counter, "reason",
           "Received messages that were dropped: malformed, or refused (too many under way).",
           [](const Readings& readings, Exposition& out) {
             if (!readings.cluster) return;
             const Readings::Cluster& cluster = *readings.cluster;
             out.sample({{"reason", "malformed"}}, static_cast<double>(cluster.malformed));
             out.sample({{"reason", "refused"}}, static_cast<double>(cluster.refused));
           }},
    Metric{"quickclinic_cluster_unanswered_total", counter, "",
           "Questions to other instances that ended without all answers.",
           of_cluster<&Readings::Cluster::unanswered>},
};

}  // namespace

std::span<const Metric> cluster_metrics() { return metrics; }

}  // namespace quickclinic::server
