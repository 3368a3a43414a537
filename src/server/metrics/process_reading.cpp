#include "server/metrics/process_reading.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

namespace quickclinic::server {
namespace {

double seconds_of(clockid_t clock) noexcept {
  timespec time{};
  if (::clock_gettime(clock, &time) != 0) return 0;
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

double open_descriptors() {
  std::error_code error;
  const std::filesystem::directory_iterator all("/proc/self/fd", error);
  // The one that the looking takes is none of them.
  return error ? 0 : static_cast<double>(std::distance(begin(all), end(all)) - 1);
}

}  // namespace

double thread_cpu_seconds() noexcept { return seconds_of(CLOCK_THREAD_CPUTIME_ID); }

ProcessReading read_process() {
  ProcessReading reading;
  reading.cpu_seconds = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0)
    reading.descriptors_max = static_cast<double>(limit.rlim_cur);
  reading.open_descriptors = open_descriptors();

  // proc(5): fields are counted from 1; the second is a name in parentheses, which may hold blanks.
  std::ifstream file("/proc/self/stat");
  std::string line;
  std::getline(file, line);
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return reading;
  std::istringstream fields(line.substr(name_end + 1));
  std::string field;
  double ticks = 0;
  for (int number = 3; number <= 24 && fields >> field; ++number) {
    if (number == 20) reading.threads = std::stod(field);
    if (number == 22) ticks = std::stod(field);
    if (number == 23) reading.virtual_bytes = std::stod(field);
    if (number == 24)
      reading.resident_bytes = std::stod(field) * static_cast<double>(::sysconf(_SC_PAGESIZE));
  }
  // Reckoned once, since what looks like another start every time looks like a restart.
  static const double started_at = seconds_of(CLOCK_REALTIME) - seconds_of(CLOCK_BOOTTIME) +
                                   ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
  reading.started_at = started_at;
  return reading;
}

}  // namespace quickclinic::server
