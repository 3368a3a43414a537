#include "server/metrics/metric.hpp"

#include <array>

namespace quickclinic::server {
namespace {

using transport::PassedOn;
using enum MetricKind;

// Without a way to other instances there are no samples.
template <std::uint64_t Readings::Cluster::* field>
void of_cluster(const Readings& readings, Exposition& out) {
  if (readings.cluster) out.sample(static_cast<double>(*readings.cluster.*field));
}

struct PassedOnResult {
  PassedOn result;
  std::string_view name;
};
constexpr std::array passed_on_results{
    PassedOnResult{PassedOn::answered, "answered"},
    PassedOnResult{PassedOn::upgraded, "upgraded"},
    PassedOnResult{PassedOn::gone, "gone"},
    PassedOnResult{PassedOn::no_address, "no_address"},
    PassedOnResult{PassedOn::failed, "failed"},
    PassedOnResult{PassedOn::timed_out, "timed_out"},
    PassedOnResult{PassedOn::too_many, "too_many"},
    PassedOnResult{PassedOn::client_left, "client_left"},
};

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
    Metric{"quickclinic_requests_passed_on_total", counter, "result",
           "Requests for sessions of other instances, by what became of them (CLUSTER_ADVERTISE).",
           [](const Readings& readings, Exposition& out) {
             if (!readings.cluster) return;
             for (const auto& [result, name] : passed_on_results) {
               out.sample({{"result", name}}, sum(readings, [&](const auto& shard) {
                            return shard.transport.passed_on[result];
                          }));
             }
           }},
    Metric{"quickclinic_requests_being_passed_on", gauge, "",
           "Such requests that are on their way now, upgraded connections among them.",
           [](const Readings& readings, Exposition& out) {
             if (!readings.cluster) return;
             out.sample(sum(readings, [](const auto& shard) { return shard.passed_on; }));
           }},
};

}  // namespace

std::span<const Metric> cluster_metrics() { return metrics; }

}  // namespace quickclinic::server
