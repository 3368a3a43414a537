#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace quickclinic::redis {

/// Whether everything works, said once per change: to the log, and to whoever asked to be told.
/// Single-threaded.
class Health {
 public:
  bool good() const noexcept { return good_; }
  const std::string& problem() const noexcept { return problem_; }
  std::uint64_t times_good() const noexcept { return times_good_; }
  void on_change(std::function<void(bool)> told) { told_ = std::move(told); }

  void set_good();
  /// A new reason is said anew.
  void set_bad(std::string_view reason);

 private:
  std::function<void(bool)> told_;
  bool good_ = false;
  std::string problem_ = "not connected yet";
  std::uint64_t times_good_ = 0;
};

}  // namespace quickclinic::redis
