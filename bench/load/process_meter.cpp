#include "load/process_meter.hpp"

#include "load/failure.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace quickclinic::load {

namespace {

struct Stat {
  pid_t process = 0;
  pid_t parent = 0;
  Usage usage;
};

std::chrono::microseconds from_ticks(long ticks) {
  static const long per_second = sysconf(_SC_CLK_TCK);
  return std::chrono::microseconds(ticks * (1'000'000 / per_second));
}

/// proc(5), `/proc/<pid>/stat`: the fields are counted from behind the command, which may hold
/// anything.
std::optional<Stat> read_stat(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const std::size_t command_end = text.rfind(')');
  if (command_end == std::string::npos) {
    return std::nullopt;
  }
  std::istringstream fields(text.substr(command_end + 1));
  std::string skipped;
  Stat stat;
  stat.process = process;
  fields >> skipped >> stat.parent;
  for (int field = 5; field < 14; ++field) {
    fields >> skipped;
  }
  long user = 0;
  long system = 0;
  long user_of_ended = 0;
  long system_of_ended = 0;
  fields >> user >> system >> user_of_ended >> system_of_ended;
  if (!fields) {
    return std::nullopt;
  }
  // What children used who have ended since is not lost: it moves to their parent.
  stat.usage = {from_ticks(user + user_of_ended), from_ticks(system + system_of_ended)};
  return stat;
}

/// `process` and its living descendants, it first.
std::vector<Stat> read_family(pid_t process) {
  const auto root = read_stat(process);
  if (!root) {
    throw Failure("there is no process " + std::to_string(process) + " to measure");
  }
  std::vector<Stat> others;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    pid_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error == std::errc() && end == name.data() + name.size()) {
      if (const auto stat = read_stat(number)) {
        others.push_back(*stat);
      }
    }
  }
  std::vector<Stat> family = {*root};
  for (std::size_t i = 0; i < family.size(); ++i) {
    const pid_t parent = family[i].process;
    for (const Stat& other : others) {
      if (other.parent == parent) {
        family.push_back(other);
      }
    }
  }
  return family;
}

/// `smaps_rollup` walks the pages; the counters of `statm`, for where we may not read it, lag
/// behind them a little.
std::uint64_t resident_bytes_of(pid_t process) {
  std::ifstream pages("/proc/" + std::to_string(process) + "/smaps_rollup");
  for (std::string word; pages >> word;) {
    std::uint64_t kilobytes = 0;
    if (word == "Rss:" && pages >> kilobytes) {
      return kilobytes * 1024;
    }
  }
  std::ifstream file("/proc/" + std::to_string(process) + "/statm");
  std::uint64_t size_pages = 0;
  std::uint64_t resident_pages = 0;
  file >> size_pages >> resident_pages;
  return resident_pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

std::chrono::microseconds from_timeval(timeval time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

}  // namespace

ProcessMeter::ProcessMeter(pid_t process) : process_(process) { usage(); }

Usage ProcessMeter::usage() const {
  Usage sum;
  for (const Stat& stat : read_family(process_)) {
    sum.user += stat.usage.user;
    sum.system += stat.usage.system;
  }
  return sum;
}

std::uint64_t ProcessMeter::resident_bytes() const {
  std::uint64_t sum = 0;
  for (const Stat& stat : read_family(process_)) {
    sum += resident_bytes_of(stat.process);
  }
  return sum;
}

Usage own_usage() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return {from_timeval(usage.ru_utime), from_timeval(usage.ru_stime)};
}

}  // namespace quickclinic::load
