#include "server/lifetime.hpp"

#include "base/log.hpp"

#include <system_error>

#include <csignal>
#include <filesystem>

namespace quickclinic::server {

using std::chrono::milliseconds;

Invocation Invocation::of(int argc, char** argv) {
  std::error_code error;
  std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error && argc > 0) program = argv[0];
  return {program.string(), {argv, argv + argc}};
}

Lifetime::End Lifetime::wait() {
  while (true) {
    const int signal = signals_.next_within(pulse());
    feed_watchdog();
    if (signal == SIGINT || signal == SIGTERM) {
      if (successor_) successor_->give_up();
      return End::stopped;
    }
    if (signal == SIGHUP) reload_();
    if (signal == SIGUSR2) start_successor();
    if (has_successor()) return End::replaced;
  }
}

milliseconds Lifetime::pulse() const {
  if (successor_) return milliseconds(20);
  if (const auto watchdog = manager_.watchdog()) return *watchdog / 6;
  return std::chrono::minutes(1);
}

void Lifetime::feed_watchdog() {
  const auto watchdog = manager_.watchdog();
  if (!watchdog || Clock::now() < next_beat_) return;
  if (liveness_.beat()) manager_.tell("WATCHDOG=1");
  next_beat_ = Clock::now() + *watchdog / 6;
}

void Lifetime::start_successor() {
  if (successor_) return log::info("a new process is starting already");
  auto started =
      transport::Successor::start(invocation_.program, invocation_.arguments, server_.listening());
  if (!started) {
    log::error("no new process, going on", {{"error", started.error().describe()}});
    return;
  }
  successor_ = std::move(*started);
  successor_deadline_ = Clock::now() + start_time;
  log::info("new process starts", {{"pid", successor_->process()}});
}

bool Lifetime::has_successor() {
  using State = transport::Successor::State;
  if (!successor_) return false;
  const State state = successor_->look_within(milliseconds(0));
  if (state == State::serving) {
    const pid_t process = successor_->process();
    log::info("handed over", {{"pid", process}, {"sessions", server_.session_count()}});
    manager_.tell("MAINPID=" + std::to_string(process));
    return true;
  }
  if (state == State::starting && Clock::now() < successor_deadline_) return false;
  successor_->give_up();
  successor_.reset();
  log::error("the new process has not come to serve, going on");
  return false;
}

}  // namespace quickclinic::server
