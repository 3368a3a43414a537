#pragma once

#include "base/clock.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

namespace quickclinic {

/// How many values fell into which range, for metrics: cheap to count in, cheap to copy, and two of
/// the same bounds can be added. Not thread-safe: belongs to one thread, which hands out copies.
class Histogram {
 public:
  static constexpr std::size_t bounds_max = 24;

  /// `bounds` ascend and live as long as the program; at most `bounds_max`. A value belongs to the
  /// first bound that is not below it, or to none.
  explicit Histogram(std::span<const double> bounds) noexcept;

  void observe(double value) noexcept;
  void observe(Duration duration) noexcept {
    observe(std::chrono::duration<double>(duration).count());
  }
  void add(const Histogram& other) noexcept;

  std::span<const double> bounds() const noexcept { return bounds_; }
  /// How many values each bound has, and, behind the last, those beyond all bounds.
  std::span<const std::uint64_t> counts() const noexcept {
    return std::span(counts_).first(bounds_.size() + 1);
  }
  std::uint64_t count() const noexcept;
  double sum() const noexcept { return sum_; }

  /// Of waits that people notice and of those that add up to them: 0.25 ms to 10 s.
  static std::span<const double> seconds() noexcept;
  /// Of things done at once: 1 to 512.
  static std::span<const double> sizes() noexcept;

 private:
  std::span<const double> bounds_;
  std::array<std::uint64_t, bounds_max + 1> counts_{};
  double sum_ = 0;
};

}  // namespace quickclinic
