#pragma once

#include "load/histogram.hpp"
#include "load/json_line.hpp"
#include "load/loop.hpp"
#include "load/options.hpp"
#include "load/process_meter.hpp"

#include <functional>
#include <optional>

namespace quickclinic::load {

/// What every scenario stands on: the loop, the server's meter, and the figures of the measured
/// stretch.
class Stage {
 public:
  /// Allows this process the descriptors it needs. Throws `Failure` when they are not to be had.
  explicit Stage(const Options& options);

  Loop& loop() noexcept { return loop_; }
  const Options& options() const noexcept { return options_; }

  /// Lets events happen for as long as given; `between` is called after each batch and says when it
  /// wants to be called again at the latest.
  using Between = std::function<TimePoint(TimePoint now)>;
  void run_for(Clock::duration duration, const Between& between = {});
  /// Until `done`, or until the limit: then it returns false.
  bool run_until(const std::function<bool()>& done, Clock::duration limit,
                 const Between& between = {});

  /// From `begin` to `end` what the server uses is counted, and so are the answers.
  void begin();
  void end();
  void answered(TimePoint asked) noexcept {
    if (measuring_) {
      times_.record(Clock::now() - asked);
    }
  }

  /// The figures of the stretch measured.
  void describe(JsonLine& line) const;

  Clock::duration measured() const noexcept { return measured_; }
  Usage used() const noexcept { return used_; }
  std::uint64_t resident_growth() const noexcept;

 private:
  const Options& options_;
  Loop loop_;
  ProcessMeter server_;
  std::optional<ProcessMeter> database_;
  Histogram times_;
  bool measuring_ = false;
  TimePoint begun_;
  Clock::duration measured_{};
  Usage used_;
  Usage used_ourselves_;
  Usage used_by_database_;
  std::uint64_t resident_before_;  // before the first connection
  std::uint64_t resident_after_ = 0;
};

}  // namespace quickclinic::load
