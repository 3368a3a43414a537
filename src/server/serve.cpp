#include "server/serve.hpp"

#include "base/log.hpp"
#include "server/certificate.hpp"
#include "server/cluster_node.hpp"
#include "server/commands.hpp"
#include "server/database.hpp"
#include "server/demo.hpp"
#include "server/exposure.hpp"
#include "server/instances.hpp"
#include "server/keys.hpp"
#include "server/metrics/metrics_server.hpp"
#include "server/tracing/tracer.hpp"
#include "server/wiring.hpp"
#include "transport/run.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace quickclinic::server {
namespace {

using std::chrono::milliseconds;

std::string url_of(const settings::Settings& settings, std::uint16_t port) {
  const std::string host =
      settings.host.find(':') == std::string::npos ? settings.host : "[" + settings.host + "]";
  return (settings.tls ? "https://" : "http://") + host + ":" + std::to_string(port);
}

// What people type to reach a server that listens everywhere.
std::string local_url_of(const settings::Settings& settings, std::uint16_t port) {
  settings::Settings local = settings;
  if (local.host == "0.0.0.0" || local.host == "::") local.host = "localhost";
  return url_of(local, port);
}

// The process before this one lets go of it as soon as it knows that this one serves.
constexpr std::chrono::seconds metrics_port_wait{5};

// As the specification of the exporter has it: the signal's path comes behind the endpoint's.
Result<Tracer::Options> tracer_options(const settings::Settings& settings) {
  auto collector = client::read_http_url(*settings.otlp_endpoint);
  if (!collector) return std::unexpected(collector.error());
  if (collector->path.ends_with('/')) collector->path.pop_back();
  collector->path += "/v1/traces";
  return Tracer::Options{.collector = std::move(*collector),
                         .service = settings.service_name,
                         .ratio = settings.trace_ratio};
}

// A server that serves goes on without.
void serve_metrics(MetricsServer& metrics, Services& services, transport::Shard& any,
                   milliseconds wait) {
  if (const auto port = metrics.start(services, any, wait)) {
    log::info("metrics", {{"port", *port}});
  } else {
    log::warn("no metrics", {{"error", port.error().context}});
  }
}

void warn_about(const settings::Settings& settings) {
  if (const auto warning = exposure_warning(settings, machine_addresses())) log::warn(*warning);
  if (settings.legacy_auth) {
    log::warn("QUICKCLINIC_LEGACY_AUTH is on: whoever can reach this server can be anybody");
  }
  if (settings.redis_url && std::holds_alternative<settings::SqliteDatabase>(settings.database)) {
    log::warn("REDIS_URL is set, but several instances need PostgreSQL: this one is alone");
  }
  if (settings.cluster_advertise && !settings.redis_url) {
    log::warn("CLUSTER_ADVERTISE is told to nobody: instances meet over REDIS_URL");
  }
}

/// Another process takes the clients by now: they are let go one by one, and served until then.
void send_over(const settings::Settings& settings, Services& services, transport::Server& server,
               const transport::StopSignals& signals) {
  const auto unhurried = milliseconds(5) * static_cast<std::int64_t>(server.session_count());
  server.leave_sockets();
  transport::send_away(server, signals,
                       std::min<milliseconds>(unhurried, settings.handover_window));
  services.draining = true;
  const TimePoint deadline = Clock::now() + settings.shutdown_timeout;
  while (services.sends_under_way > 0 && Clock::now() < deadline) {
    if (signals.came_within(milliseconds(10))) return;
  }
}

/// Lets the sends under way be answered, then the sessions go, all by one deadline.
void drain(const settings::Settings& settings, Services& services, transport::Server& server,
           const transport::StopSignals& signals) {
  const TimePoint deadline = Clock::now() + settings.shutdown_timeout;
  log::info("draining", {{"sessions", server.session_count()}});
  services.draining = true;
  server.stop_accepting();
  while (services.sends_under_way > 0 && Clock::now() < deadline) {
    if (signals.came_within(milliseconds(10))) return;
  }
  transport::drain(server, signals, deadline);
}

void reload(std::optional<Certificate>& certificate, transport::Server& server) {
  if (!certificate) {
    log::info("nothing to reload: there is no TLS_CERT");
  } else if (certificate->reload()) {
    server.use_tls(certificate->context());
  }
}

}  // namespace

int serve(settings::Settings settings, const Invocation& invocation) {
  const transport::StopSignals signals({SIGUSR2, SIGHUP});
  const ServiceManager manager = ServiceManager::from_environment();
  auto predecessor = transport::Predecessor::find();
  if (!predecessor) return complain(predecessor.error());
  const auto activated = transport::take_inherited_sockets();
  if (!activated) return complain(activated.error());
  transport::raise_descriptor_limit();
  log::configure({settings.log_level, settings.log_format});
  if (settings.demo) {
    if (const Result<> secret = settle_demo_secret(settings); !secret)
      return complain(secret.error());
  }
  if (const Result<> ready = settings::check_ready_to_serve(settings); !ready)
    return complain(ready.error());
  const auto verifier = token_verifier(settings);
  if (!verifier) return complain(verifier.error());
  if (const auto safe = check_exposure(settings, machine_addresses()); !safe)
    return complain(safe.error());
  std::optional<Certificate> certificate;
  if (settings.tls) {
    auto loaded = Certificate::load(*settings.tls);
    if (!loaded) return complain(loaded.error());
    certificate = std::move(*loaded);
  }
  transport::Options options =
      transport_options(settings, certificate ? certificate->context() : nullptr);
  transport::adopt(predecessor->sockets(), options);
  transport::adopt(*activated, options);
  std::shared_ptr<const cluster::Counters> others;
  std::shared_ptr<ClusterNode> node;
  std::optional<transport::NodeAddress> address;  // for other instances
  if (settings.redis_url) {
    auto way = way_to_other_instances(settings);
    if (!way) return complain(way.error());
    node = std::make_shared<ClusterNode>(secret_of_instances(settings));
    options.node = {.name = node->name(), .others = node, .key = node->key()};
    if (settings.cluster_advertise) {
      auto found = advertised_address(settings);
      if (!found) return complain(found.error());
      address = std::move(*found);
    }
    options.adapter = std::move(way->adapter);
    others = std::move(way->counters);
  }
  // Before the database is touched: a second server by mistake is told so at once.
  if (const auto free = transport::check_free(options.endpoint); !free)
    return complain(free.error());
  const bool takes_over = !predecessor->sockets().empty();
  std::optional<MetricsServer> metrics;  // before the shards, which answer it until they have gone
  if (settings.metrics_port) {
    metrics.emplace(settings.host, *settings.metrics_port);
    const auto free = takes_over ? Result<>() : metrics->check_free();
    if (!free) return complain(free.error());
  }
  std::optional<web::Site> site;
  if (const std::string_view bytes = web::built_in_pack(); !bytes.empty()) {
    auto pack = web::Pack::read(bytes);
    if (!pack) return complain(pack.error());
    site.emplace(std::move(*pack));
  }
  store::DemoClinic clinic;
  if (settings.demo) {
    auto made = open_demo_clinic(settings);
    if (!made) return complain(made.error());
    clinic = std::move(*made);
  }
  auto store = open_database(settings, WhenAbsent::wait);
  if (!store) return complain(store.error());

  Services services{settings, **store, **store, **store, **store, (*store)->audit(), *verifier};
  services.feed = (*store)->feed();
  services.others = std::move(others);
  services.node = node;
  services.database = store->get();
  std::optional<Tracer> tracer;
  if (settings.otlp_endpoint) {
    auto collector = tracer_options(settings);
    if (!collector) return complain(collector.error());
    services.tracer = &tracer.emplace(std::move(*collector));
  }
  services.site = site ? &*site : nullptr;
  std::vector<std::unique_ptr<ChatShard>> chat;
  apply(services.limits, options);
  transport::Server server(std::move(options));
  const auto port = server.start([&](transport::Shard& shard) {
    chat.push_back(std::make_unique<ChatShard>(services, shard));
  });
  if (!port) return complain(port.error());
  services.tls_port = *port;
  if (node != nullptr && address) {
    if (address->port == 0) address->port = *port;  // the kernel has chosen
    node->advertise(*address);
    log::info("other instances are told where this one is", {{"address", address->text()}});
  }

  warn_about(settings);
  if (settings.demo) {
    const auto introduction =
        introduce_demo(settings, clinic, local_url_of(settings, *port), site.has_value());
    if (!introduction) return complain(introduction.error());
    std::fputs(introduction->c_str(), stdout);
  }
  if (settings.http_redirect_port) {
    settings::Settings plain = settings;
    plain.tls.reset();
    std::printf("redirecting %s\n", url_of(plain, server.ports().at(1)).c_str());
  }
  // From here on nothing returns before the end, where the shards stop first and the metrics then.
  if (metrics && !takes_over)
    serve_metrics(*metrics, services, server.shard(0), milliseconds::zero());
  std::printf("listening on %s\n", url_of(settings, *port).c_str());
  std::fflush(stdout);
  log::info("serving", {{"port", *port}, {"shards", settings.shards}});

  predecessor->tell_that_it_serves();
  if (metrics && takes_over) serve_metrics(*metrics, services, server.shard(0), metrics_port_wait);
  manager.tell("READY=1");

  Lifetime lifetime(signals, manager, server, invocation, [&] { reload(certificate, server); });
  if (lifetime.wait() == Lifetime::End::replaced) {
    if (metrics) metrics->leave_port();
    send_over(settings, services, server, signals);
  } else {
    manager.tell("STOPPING=1");
    drain(settings, services, server, signals);
  }
  server.stop();
  if (metrics) metrics->stop();
  services.passwords.stop();
  (*store)->finish();
  log::info("stopped");
  return 0;
}

}  // namespace quickclinic::server
