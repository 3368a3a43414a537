#include "transport/stop_signals.hpp"

#include <ctime>

namespace quickclinic::transport {
namespace {

// 0 when none came.
int take_one(const sigset_t& set, std::chrono::milliseconds time) {
  const timespec limit{.tv_sec = time.count() / 1000, .tv_nsec = time.count() % 1000 * 1'000'000};
  const int signal = sigtimedwait(&set, nullptr, &limit);
  return signal > 0 ? signal : 0;
}

}  // namespace

StopSignals::StopSignals(std::initializer_list<int> others) {
  sigemptyset(&stop_);
  sigaddset(&stop_, SIGINT);
  sigaddset(&stop_, SIGTERM);
  all_ = stop_;
  for (const int other : others) sigaddset(&all_, other);
  pthread_sigmask(SIG_BLOCK, &all_, nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // a TLS write to a connection that has gone
}

int StopSignals::wait() const {
  int signal = 0;
  sigwait(&stop_, &signal);
  return signal;
}

int StopSignals::next_within(std::chrono::milliseconds time) const { return take_one(all_, time); }

bool StopSignals::came_within(std::chrono::milliseconds time) const {
  return take_one(stop_, time) != 0;
}

}  // namespace quickclinic::transport
