#include "transport/run.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace quickclinic::transport {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

namespace {

// How long a polling client may take to come back and fetch the end of its session. Most have a
// request waiting.
constexpr milliseconds last_poll{2000};

// How often to look whether the sessions have gone.
constexpr milliseconds look{10};

void wait_for_the_last(const Server& server, const StopSignals& signals, TimePoint latest) {
  while (server.session_count() > 0 && Clock::now() < latest) {
    if (signals.came_within(look)) return;
  }
}

}  // namespace

void raise_descriptor_limit() noexcept {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

void drain(Server& server, const StopSignals& signals, TimePoint deadline) {
  server.stop_accepting();
  const TimePoint now = Clock::now();
  const auto left = std::max(duration_cast<milliseconds>(deadline - now), milliseconds(0));
  const auto window = std::min(milliseconds(server.session_count()), left / 3);
  server.close_sessions(window);
  wait_for_the_last(server, signals, std::min(deadline, now + window + last_poll));
}

void send_away(Server& server, const StopSignals& signals, milliseconds window) {
  const TimePoint now = Clock::now();
  server.close_sessions(window);
  wait_for_the_last(server, signals, now + window + last_poll);
}

Result<> serve_until_signal(Options options, const Server::Setup& setup,
                            const std::function<void(std::uint16_t port)>& listening) {
  const StopSignals signals;
  raise_descriptor_limit();
  Server server(std::move(options));
  const auto port = server.start(setup);
  if (!port) return std::unexpected(port.error());
  listening(*port);
  signals.wait();
  drain(server, signals, Clock::now() + drain_time);
  server.stop();
  return {};
}

int run(Options options, const Server::Setup& setup) {
  const Result<> served = serve_until_signal(std::move(options), setup, [](std::uint16_t port) {
    std::printf("listening on %u\n", unsigned{port});
    std::fflush(stdout);
  });
  if (served) return 0;
  std::fprintf(stderr, "%s\n", served.error().describe().c_str());
  return 1;
}

}  // namespace quickclinic::transport
