#include "load/stage.hpp"

#include "load/failure.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>

namespace quickclinic::load {

namespace {

void allow_descriptors(std::size_t count) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= count) {
    return;
  }
  limit.rlim_cur = count;
  limit.rlim_max = std::max<rlim_t>(limit.rlim_max, count);
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) {
    throw Failure("so many connections need " + std::to_string(count) +
                  " open files, which this system does not allow us (ulimit -n)");
  }
}

double in_microseconds(std::chrono::nanoseconds duration) {
  return static_cast<double>(duration.count()) / 1000;
}

}  // namespace

Stage::Stage(const Options& options)
    : options_(options),
      server_(options.server_process),
      resident_before_(server_.resident_bytes()) {
  if (options.database_process != 0) database_.emplace(options.database_process);
  constexpr std::size_t own_descriptors = 64;
  const std::size_t streams = options.transport == Transport::polling ? 2 : 1;
  allow_descriptors(options.connections * streams + own_descriptors);
  // Timed sending waits for moments closer together than the 50 µs by which the kernel rounds.
  prctl(PR_SET_TIMERSLACK, 1UL);
}

void Stage::run_for(Clock::duration duration, const Between& between) {
  run_until([] { return false; }, duration, between);
}

bool Stage::run_until(const std::function<bool()>& done, Clock::duration limit,
                      const Between& between) {
  const TimePoint deadline = Clock::now() + limit;
  while (!done()) {
    const TimePoint now = Clock::now();
    if (now >= deadline) {
      return false;
    }
    loop_.run_once(between ? std::min(deadline, between(now)) : deadline);
  }
  return true;
}

void Stage::begin() {
  times_.clear();
  used_ = server_.usage();
  if (database_) used_by_database_ = database_->usage();
  used_ourselves_ = own_usage();
  begun_ = Clock::now();
  measuring_ = true;
}

void Stage::end() {
  measuring_ = false;
  measured_ = Clock::now() - begun_;
  used_ = server_.usage() - used_;
  used_ourselves_ = own_usage() - used_ourselves_;
  if (database_) used_by_database_ = database_->usage() - used_by_database_;
  resident_after_ = server_.resident_bytes();
}

std::uint64_t Stage::resident_growth() const noexcept {
  return resident_after_ - std::min(resident_before_, resident_after_);
}

void Stage::describe(JsonLine& line) const {
  const auto messages = static_cast<double>(times_.count());
  const double seconds = std::chrono::duration<double>(measured_).count();
  line.add("messages", times_.count());
  line.add("seconds", seconds);
  line.add("rate", messages / seconds);
  line.add("server_cpu_us_per_message", in_microseconds(used_.total()) / messages);
  line.add("server_user_us_per_message", in_microseconds(used_.user) / messages);
  line.add("server_system_us_per_message", in_microseconds(used_.system) / messages);
  line.add("server_cpu_share", in_microseconds(used_.total()) / 1e6 / seconds);
  if (database_) {
    line.add("database_cpu_us_per_message", in_microseconds(used_by_database_.total()) / messages);
  }
  line.add("generator_cpu_us_per_message", in_microseconds(used_ourselves_.total()) / messages);
  line.add("generator_cpu_share", in_microseconds(used_ourselves_.total()) / 1e6 / seconds);
  line.add("p50_us", in_microseconds(times_.quantile(0.5)));
  line.add("p99_us", in_microseconds(times_.quantile(0.99)));
  line.add("p999_us", in_microseconds(times_.quantile(0.999)));
  line.add("longest_us", in_microseconds(times_.longest()));
  line.add("resident_bytes_before", resident_before_);
  line.add("resident_bytes_after", resident_after_);
}

}  // namespace quickclinic::load
