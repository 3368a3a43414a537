#include "transport/stop_signals.hpp"

#include <ctime>

namespace quickclinic::transport {

StopSignals::StopSignals() {
  sigemptyset(&set_);
  sigaddset(&set_, SIGINT);
  sigaddset(&set_, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // a TLS write to a connection that has gone
}

int StopSignals::wait() const {
  int signal = 0;
  sigwait(&set_, &signal);
  return signal;
}

bool StopSignals::came_within(std::chrono::milliseconds time) const {
  const timespec limit{.tv_sec = time.count() / 1000, .tv_nsec = time.count() % 1000 * 1'000'000};
  return sigtimedwait(&set_, nullptr, &limit) > 0;
}

}  // namespace quickclinic::transport
