#include "engineio/error.hpp"
#include "server/metrics/metric.hpp"

#include <array>

namespace quickclinic::server {
namespace {

using engineio::CloseReason;
using engineio::EngineError;
using engineio::TransportKind;
using enum MetricKind;

constexpr std::array transports{TransportKind::polling, TransportKind::websocket};

// Those that a request can be refused with.
struct Refusal {
  EngineError error;
  std::string_view name;
};
constexpr std::array refusals{
    Refusal{EngineError::unknown_transport, "unknown_transport"},
    Refusal{EngineError::unknown_session, "unknown_session"},
    Refusal{EngineError::bad_handshake_method, "bad_handshake_method"},
    Refusal{EngineError::bad_request, "bad_request"},
    Refusal{EngineError::forbidden, "forbidden"},
    Refusal{EngineError::unsupported_protocol, "unsupported_protocol"},
};

struct Ending {
  CloseReason reason;
  std::string_view name;
};
constexpr std::array endings{
    Ending{CloseReason::transport_error, "transport_error"},
    Ending{CloseReason::transport_close, "transport_close"},
    Ending{CloseReason::ping_timeout, "ping_timeout"},
    Ending{CloseReason::parse_error, "parse_error"},
    Ending{CloseReason::forced_close, "forced_close"},
};

template <class Of>
void each_state(const Readings& readings, Exposition& out, const Of& of) {
  for (std::size_t i = 0; i < readings.shards.size(); ++i)
    out.sample({{"shard", std::to_string(i)}}, static_cast<double>(of(readings.shards[i])));
}

constexpr std::array metrics{
    Metric{"quickclinic_connections", gauge, "shard", "TCP connections that are open.",
           [](const Readings& readings, Exposition& out) {
             each_shard(readings, out, [](const auto& shard) { return shard.connections; });
           }},
    Metric{"quickclinic_connections_accepted_total", counter, "shard",
           "TCP connections that were accepted.",
           [](const Readings& readings, Exposition& out) {
             each_shard(readings, out,
                        [](const auto& shard) { return shard.transport.connections_accepted; });
           }},
    Metric{"quickclinic_connections_refused_total", counter, "shard",
           "TCP connections that were closed as they came: there were too many.",
           [](const Readings& readings, Exposition& out) {
             each_shard(readings, out,
                        [](const auto& shard) { return shard.transport.connections_refused; });
           }},
    Metric{"quickclinic_sessions", gauge, "shard,transport",
           "Sessions that are open, by the transport they use now.",
           [](const Readings& readings, Exposition& out) {
             for (std::size_t i = 0; i < readings.shards.size(); ++i) {
               const auto& reading = readings.shards[i].last;
               if (reading == nullptr) continue;
               for (const TransportKind kind : transports) {
                 out.sample({{"shard", std::to_string(i)}, {"transport", to_text(kind)}},
                            static_cast<double>(reading->transport.sessions[kind]));
               }
             }
           }},
    Metric{"quickclinic_handshakes_total", counter, "transport",
           "Sessions that were opened, by the transport they began with.",
           [](const Readings& readings, Exposition& out) {
             for (const TransportKind kind : transports) {
               out.sample({{"transport", to_text(kind)}}, sum(readings, [&](const auto& shard) {
                            return shard.transport.handshakes[kind];
                          }));
             }
           }},
    Metric{"quickclinic_handshake_refusals_total", counter, "reason",
           "Requests of the transport that were refused, handshakes among them.",
           [](const Readings& readings, Exposition& out) {
             for (const auto& [error, name] : refusals) {
               out.sample({{"reason", name}}, sum(readings, [&](const auto& shard) {
                            return shard.transport.handshakes_refused[error];
                          }));
             }
           }},
    Metric{"quickclinic_upgrades_total", counter, "",
           "Sessions that went from polling to WebSocket.",
           [](const Readings& readings, Exposition& out) {
             out.sample(sum(readings, [](const auto& shard) { return shard.transport.upgrades; }));
           }},
    Metric{"quickclinic_sessions_closed_total", counter, "reason", "Sessions that have ended.",
           [](const Readings& readings, Exposition& out) {
             for (const auto& [reason, name] : endings) {
               out.sample({{"reason", name}}, sum(readings, [&](const auto& shard) {
                            return shard.transport.sessions_closed[reason];
                          }));
             }
           }},
    Metric{"quickclinic_slow_readers_total", counter, "",
           "Sessions that were closed because their client did not read what was queued for it.",
           [](const Readings& readings, Exposition& out) {
             out.sample(
                 sum(readings, [](const auto& shard) { return shard.transport.slow_readers; }));
           }},
    Metric{"quickclinic_packets_received_total", counter, "shard",
           "Messages of the transport that came from clients, whatever is in them.",
           [](const Readings& readings, Exposition& out) {
             each_shard(readings, out,
                        [](const auto& shard) { return shard.transport.messages_received; });
           }},
    Metric{"quickclinic_deliveries_total", counter, "shard",
           "Packets that were given to sockets: a broadcast is one for each that gets it.",
           [](const Readings& readings, Exposition& out) {
             each_shard(readings, out, [](const auto& shard) { return shard.socketio.deliveries; });
           }},
    Metric{"quickclinic_mailbox_waiting", gauge, "shard",
           "What other threads have sent to a shard and it has not taken yet.",
           [](const Readings& readings, Exposition& out) {
             each_state(readings, out, [](const auto& shard) { return shard.mailbox_waiting; });
           }},
    Metric{"quickclinic_mailbox_dropped_total", counter, "shard",
           "Broadcasts that a shard was too far behind to take; its clients are cut off then.",
           [](const Readings& readings, Exposition& out) {
             each_state(readings, out, [](const auto& shard) { return shard.mailbox_dropped; });
           }},
    Metric{"quickclinic_shard_up", gauge, "shard",
           "1 when the shard answered this scrape within a second; else its other numbers are old.",
           [](const Readings& readings, Exposition& out) {
             each_state(readings, out, [](const auto& shard) { return shard.answered ? 1 : 0; });
           }},
    Metric{"quickclinic_shard_delay_seconds", gauge, "shard",
           "How long the shard took to answer: as long as a client's packet waits for its turn.",
           [](const Readings& readings, Exposition& out) {
             each_shard(readings, out, [](const auto& shard) { return shard.delay_seconds; });
           }},
    Metric{"quickclinic_shard_cpu_seconds_total", counter, "shard",
           "Processor time of the shard's thread; it is full at one second a second.",
           [](const Readings& readings, Exposition& out) {
             each_shard(readings, out, [](const auto& shard) { return shard.cpu_seconds; });
           }},
    Metric{"quickclinic_exceptions_total", counter, "shard",
           "Exceptions that were caught in a shard's loop; each has cost one connection at most.",
           [](const Readings& readings, Exposition& out) {
             each_state(readings, out, [](const auto& shard) { return shard.failures; });
           }},
};

}  // namespace

std::span<const Metric> shard_metrics() { return metrics; }

}  // namespace quickclinic::server
