#include "server/serve.hpp"

#include "base/log.hpp"
#include "server/commands.hpp"
#include "server/database.hpp"
#include "server/demo.hpp"
#include "server/keys.hpp"
#include "server/wiring.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace quickclinic::server {
namespace {

using std::chrono::milliseconds;

// Signals are waited for by the main thread alone, so they are blocked before any other thread
// begins.
class Signals {
 public:
  Signals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGINT);
    sigaddset(&set_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    std::signal(SIGPIPE, SIG_IGN);  // a TLS write to a connection that has gone
  }
  int wait() const {
    int signal = 0;
    sigwait(&set_, &signal);
    return signal;
  }
  /// True when another signal came within `time`.
  bool came_within(milliseconds time) const {
    const timespec limit{.tv_sec = time.count() / 1000, .tv_nsec = time.count() % 1000 * 1'000'000};
    return sigtimedwait(&set_, nullptr, &limit) > 0;
  }

 private:
  sigset_t set_;
};

// A connection is a descriptor; the soft limit of a login shell is 1024 of them.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

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

void warn_about(const settings::Settings& settings) {
  if (settings.legacy_auth) {
    log::warn("QUICKCLINIC_LEGACY_AUTH is on: whoever can reach this server can be anybody");
  }
  if (settings.metrics_port) log::warn("METRICS_PORT is set, but this version has no metrics");
  if (settings.internal_api_key)
    log::warn("INTERNAL_API_KEY is set, but this version has no internal endpoints");
}

// How long a polling client may take to come back and fetch the end of its session. Most have a
// request waiting.
constexpr milliseconds last_poll{2000};

/// Drains, in three steps that share one deadline.
void drain(const settings::Settings& settings, Services& services, transport::Server& server,
           const Signals& signals) {
  const TimePoint deadline = Clock::now() + settings.shutdown_timeout;
  const auto wait_until = [&signals](TimePoint latest, auto done) {
    while (!done() && Clock::now() < latest) {
      if (signals.came_within(milliseconds(10))) return false;
    }
    return true;
  };
  const std::size_t sessions = server.session_count();
  log::info("draining", {{"sessions", sessions}});
  services.draining = true;
  server.stop_accepting();
  if (!wait_until(deadline, [&] { return services.sends_under_way == 0; })) return;
  // A millisecond for each session, so that their clients do not come back to the next server in
  // one moment.
  const auto window = std::min<milliseconds>(milliseconds(sessions), settings.shutdown_timeout / 3);
  server.close_sessions(window);
  const TimePoint latest = std::min(deadline, Clock::now() + window + last_poll);
  wait_until(latest, [&] { return server.session_count() == 0; });
}

}  // namespace

int serve(settings::Settings settings) {
  const Signals signals;
  raise_descriptor_limit();
  log::configure({settings.log_level, settings.log_format});
  if (settings.demo) {
    if (const Result<> secret = settle_demo_secret(settings); !secret)
      return complain(secret.error());
  }
  if (const Result<> ready = settings::check_ready_to_serve(settings); !ready)
    return complain(ready.error());
  if (settings.redis_url) {
    return complain(Error(settings::SettingsError::contradictory,
                          "REDIS_URL is set, but this version serves as one instance only"));
  }
  const auto verifier = token_verifier(settings);
  if (!verifier) return complain(verifier.error());
  std::shared_ptr<const transport::TlsContext> tls;
  if (settings.tls) {
    auto context = transport::TlsContext::load(settings.tls->certificate, settings.tls->key);
    if (!context) return complain(context.error());
    tls = std::make_shared<const transport::TlsContext>(std::move(*context));
  }
  transport::Options options = transport_options(settings, std::move(tls));
  // Before the database is touched: a second server by mistake is told so at once.
  if (const auto free = transport::Listener::check_port_free(options.endpoint); !free)
    return complain(free.error());
  store::DemoClinic clinic;
  if (settings.demo) {
    auto made = open_demo_clinic(settings);
    if (!made) return complain(made.error());
    clinic = std::move(*made);
  }
  auto store = open_database(settings);
  if (!store) return complain(store.error());

  Services services{settings, **store, **store, *verifier};
  std::vector<std::unique_ptr<ChatShard>> chat;
  transport::Server server(std::move(options));
  const auto port = server.start([&](transport::Shard& shard) {
    chat.push_back(std::make_unique<ChatShard>(services, shard));
  });
  if (!port) return complain(port.error());

  warn_about(settings);
  if (settings.demo) {
    const auto introduction = introduce_demo(settings, clinic, local_url_of(settings, *port));
    if (!introduction) return complain(introduction.error());
    std::fputs(introduction->c_str(), stdout);
  }
  std::printf("listening on %s\n", url_of(settings, *port).c_str());
  std::fflush(stdout);
  log::info("serving", {{"port", *port}, {"shards", settings.shards}});

  signals.wait();
  drain(settings, services, server, signals);
  server.stop();
  log::info("stopped");
  return 0;
}

}  // namespace quickclinic::server
