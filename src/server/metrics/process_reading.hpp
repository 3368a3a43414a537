#pragma once

#include <cstddef>

namespace quickclinic::server {

/// What the kernel says of this process. What it does not say is 0.
struct ProcessReading {
  double cpu_seconds = 0;
  double resident_bytes = 0;
  double virtual_bytes = 0;
  double open_descriptors = 0;
  double descriptors_max = 0;
  double threads = 0;
  double started_at = 0;  ///< seconds since 1970
};

/// Any thread. Takes longer the more descriptors are open: some milliseconds for ten thousands.
ProcessReading read_process();

/// Processor time of the calling thread.
double thread_cpu_seconds() noexcept;

}  // namespace quickclinic::server
