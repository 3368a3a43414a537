#include "server/metrics/metric.hpp"

#include <array>

namespace quickclinic::server {
namespace {

using enum MetricKind;

template <double ProcessReading::* field>
void of_process(const Readings& readings, Exposition& out) {
  out.sample(readings.process.*field);
}

// The names are those that every exporter uses.
constexpr std::array metrics{
    Metric{"quickclinic_build_info", gauge, "version", "1, with the program's version.",
           [](const Readings&, Exposition& out) {
             out.sample({{"version", QUICKCLINIC_VERSION}}, 1);
           }},
    Metric{"quickclinic_trace_spans_total", counter, "outcome",
           "Spans for the collector: sent, dropped (too many waited), or failed (not taken).",
           [](const Readings& readings, Exposition& out) {
             const auto count = [&](std::string_view outcome, std::uint64_t number) {
               out.sample({{"outcome", outcome}}, static_cast<double>(number));
             };
             count("sent", readings.traces.sent);
             count("dropped", readings.traces.dropped);
             count("failed", readings.traces.failed);
           }},
    Metric{"process_cpu_seconds_total", counter, "", "Processor time of all threads.",
           of_process<&ProcessReading::cpu_seconds>},
    Metric{"process_resident_memory_bytes", gauge, "", "Memory in use.",
           of_process<&ProcessReading::resident_bytes>},
    Metric{"process_virtual_memory_bytes", gauge, "", "Address space in use.",
           of_process<&ProcessReading::virtual_bytes>},
    Metric{"process_open_fds", gauge, "", "Open descriptors; a connection is one.",
           of_process<&ProcessReading::open_descriptors>},
    Metric{"process_max_fds", gauge, "", "Descriptors that there may be.",
           of_process<&ProcessReading::descriptors_max>},
    Metric{"process_threads", gauge, "", "Threads.", of_process<&ProcessReading::threads>},
    Metric{"process_start_time_seconds", gauge, "", "When the process began, since 1970.",
           of_process<&ProcessReading::started_at>},
};

}  // namespace

std::span<const Metric> process_metrics() { return metrics; }

}  // namespace quickclinic::server
