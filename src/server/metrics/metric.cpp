#include "server/metrics/metric.hpp"

namespace quickclinic::server {

std::vector<Metric> all_metrics() {
  std::vector<Metric> all;
  for (const auto group :
       {chat_metrics(), store_metrics(), cluster_metrics(), shard_metrics(), process_metrics()}) {
    all.insert(all.end(), group.begin(), group.end());
  }
  return all;
}

std::string expose(const Readings& readings) {
  Exposition out;
  for (const Metric& metric : all_metrics()) {
    out.family(metric.name, metric.kind, metric.help);
    metric.collect(readings, out);
  }
  return std::move(out).take();
}

}  // namespace quickclinic::server
