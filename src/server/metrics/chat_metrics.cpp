#include "server/metrics/metric.hpp"

#include <array>

namespace quickclinic::server {
namespace {

using enum MetricKind;

constexpr unsigned too_many_requests = 429;

using Names = std::map<std::string, std::uint64_t>;

void each_name(Exposition& out, std::string_view label, const Names& numbers) {
  for (const auto& [name, number] : numbers) {
    out.sample({{label, name.empty() ? std::string_view("other") : std::string_view(name)}},
               static_cast<double>(number));
  }
}

template <class Of>
void each_kind(const Readings& readings, Exposition& out, const Of& of) {
  out.sample({{"kind", "conversation"}},
             sum(readings, [&](const auto& shard) { return of(shard.chat.conversations); }));
  out.sample({{"kind", "notifications"}},
             sum(readings, [&](const auto& shard) { return of(shard.chat.notifications); }));
}

// What the limits of docs/operating.md have refused, as it is counted where it happens.
void limit_refusals(const Readings& readings, Exposition& out) {
  double clients = 0;
  double events = 0;
  double logins = 0;
  double requests = 0;
  for (const Readings::Shard& shard : readings.shards) {
    if (shard.last == nullptr) continue;
    const ChatCounters& chat = shard.last->chat;
    if (const auto found = chat.connects_refused.find("too_many_connections");
        found != chat.connects_refused.end())
      clients += static_cast<double>(found->second);
    for (const auto& [key, number] : chat.events_refused) {
      if (std::get<1>(key) == "rate_limited") events += static_cast<double>(number);
    }
    for (const auto& [key, number] : chat.requests) {
      const auto& [route, method, status] = key;
      if (status != too_many_requests) continue;
      (route == "/api/user/login" ? logins : requests) += static_cast<double>(number);
    }
  }
  const auto of_transport = [&](std::uint64_t transport::ShardCounters::* field) {
    return sum(readings, [&](const auto& shard) { return shard.transport.*field; });
  };
  out.sample({{"limit", "connections"}},
             of_transport(&transport::ShardCounters::connections_refused));
  out.sample({{"limit", "handshakes"}},
             of_transport(&transport::ShardCounters::handshakes_limited));
  out.sample({{"limit", "clients"}}, clients);
  out.sample({{"limit", "events"}}, events);
  out.sample({{"limit", "logins"}}, logins);
  out.sample({{"limit", "requests"}}, requests);
}

constexpr std::array metrics{
    Metric{"quickclinic_clients", gauge, "kind",
           "Clients that are connected, to a conversation or for notifications alone.",
           [](const Readings& readings, Exposition& out) {
             each_kind(readings, out, [](const auto& connected) { return connected.now; });
           }},
    Metric{"quickclinic_connects_total", counter, "kind", "Clients that were let in.",
           [](const Readings& readings, Exposition& out) {
             each_kind(readings, out, [](const auto& connected) { return connected.total; });
           }},
    Metric{"quickclinic_connect_refusals_total", counter, "reason",
           "Clients that were told why they may not come in; the reason is the code they got.",
           [](const Readings& readings, Exposition& out) {
             each_name(out, "reason", merged<Names>(readings, [](const auto& shard) -> const auto& {
                         return shard.chat.connects_refused;
                       }));
           }},
    Metric{"quickclinic_events_received_total", counter, "event", "Events of clients.",
           [](const Readings& readings, Exposition& out) {
             each_name(out, "event", merged<Names>(readings, [](const auto& shard) -> const auto& {
                         return shard.socketio.received.numbers();
                       }));
             out.sample({{"event", "unknown"}},
                        sum(readings, [](const auto& shard) { return shard.socketio.unhandled; }));
           }},
    Metric{"quickclinic_events_sent_total", counter, "",
           "Events to clients; a broadcast is one, however many get it.",
           [](const Readings& readings, Exposition& out) {
             out.sample(sum(readings, [](const auto& shard) { return shard.socketio.sent; }));
           }},
    Metric{"quickclinic_event_refusals_total", counter, "event,code",
           "Events that were refused; the code is the one that the client got.",
           [](const Readings& readings, Exposition& out) {
             using Refusals = std::map<std::tuple<std::string, std::string>, std::uint64_t>;
             const auto refusals = merged<Refusals>(readings, [](const auto& shard) -> const auto& {
               return shard.chat.events_refused;
             });
             for (const auto& [key, number] : refusals) {
               const auto& [event, code] = key;
               out.sample({{"event", event}, {"code", code}}, static_cast<double>(number));
             }
           }},
    Metric{"quickclinic_limit_refusals_total", counter, "limit",
           "What was refused because of a limit: connections, handshakes of an address, clients of "
           "a person, events, logins, or other HTTP requests.",
           limit_refusals},
    Metric{
        "quickclinic_messages_total", counter, "outcome",
        "Messages that were sent: stored, repeated (stored before), or failed.",
        [](const Readings& readings, Exposition& out) {
          out.sample({{"outcome", "stored"}},
                     sum(readings, [](const auto& shard) { return shard.chat.messages_stored; }));
          out.sample({{"outcome", "repeated"}},
                     sum(readings, [](const auto& shard) { return shard.chat.messages_repeated; }));
          out.sample({{"outcome", "failed"}},
                     sum(readings, [](const auto& shard) { return shard.chat.messages_failed; }));
        }},
    Metric{"quickclinic_message_delivery_seconds", histogram, "",
           "From a message's arrival until it was stored and given to its receivers.",
           [](const Readings& readings, Exposition& out) {
             Histogram total(Histogram::seconds());
             for (const Readings::Shard& shard : readings.shards) {
               if (shard.last != nullptr) total.add(shard.last->chat.delivery_seconds);
             }
             out.histogram({}, total);
           }},
    Metric{"quickclinic_sends_under_way", gauge, "",
           "Messages that were taken from a client and have no answer yet.",
           [](const Readings& readings, Exposition& out) {
             out.sample(static_cast<double>(readings.sends_under_way));
           }},
    Metric{
        "quickclinic_http_requests_total", counter, "route,method,status",
        "HTTP requests besides those of the chat's transport; a route has {} for what varies.",
        [](const Readings& readings, Exposition& out) {
          using Requests = std::map<std::tuple<std::string, std::string, unsigned>, std::uint64_t>;
          const auto requests = merged<Requests>(
              readings, [](const auto& shard) -> const auto& { return shard.chat.requests; });
          for (const auto& [key, number] : requests) {
            const auto& [route, method, status] = key;
            out.sample({{"route", route}, {"method", method}, {"status", std::to_string(status)}},
                       static_cast<double>(number));
          }
        }},
    Metric{"quickclinic_http_request_seconds", histogram, "route",
           "From a request's last byte until its answer was written.",
           [](const Readings& readings, Exposition& out) {
             std::map<std::string, Histogram> routes;
             for (const Readings::Shard& shard : readings.shards) {
               if (shard.last == nullptr) continue;
               for (const auto& [route, seconds] : shard.last->chat.request_seconds)
                 routes.try_emplace(route, Histogram::seconds()).first->second.add(seconds);
             }
             for (const auto& [route, seconds] : routes) out.histogram({{"route", route}}, seconds);
           }},
    Metric{"quickclinic_logins_waiting", gauge, "", "Logins whose password is to be checked.",
           [](const Readings& readings, Exposition& out) {
             out.sample(static_cast<double>(readings.logins_waiting));
           }},
    Metric{
        "quickclinic_draining", gauge, "", "1 while the server is going down.",
        [](const Readings& readings, Exposition& out) { out.sample(readings.draining ? 1 : 0); }},
    Metric{"quickclinic_failed_tasks_total", counter, "",
           "Work that ended in an exception: a fault of the program.",
           [](const Readings& readings, Exposition& out) {
             out.sample(static_cast<double>(readings.failed_tasks));
           }},
};

}  // namespace

std::span<const Metric> chat_metrics() { return metrics; }

}  // namespace quickclinic::server
