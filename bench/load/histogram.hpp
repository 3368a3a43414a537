#pragma once

#include <array>
#include <chrono>
#include <cstdint>

namespace quickclinic::load {

/// Counts durations in buckets whose width grows with the value, so that every quantile is right
/// to 1.6 % from a nanosecond to a minute. Recording is two shifts and an addition; the size is
/// fixed.
class Histogram {
 public:
  using Nanoseconds = std::chrono::nanoseconds;

  /// Negative durations count as zero, those over `limit` as `limit`.
  void record(Nanoseconds duration) noexcept;
  void clear() noexcept;

  std::uint64_t count() const noexcept { return count_; }
  Nanoseconds longest() const noexcept { return Nanoseconds(longest_); }

  /// The smallest bucket bound that at least `share` (0…1) of the durations do not exceed; zero
  /// when empty.
  Nanoseconds quantile(double share) const noexcept;

  static constexpr Nanoseconds limit = std::chrono::minutes(1);

 private:
  // 64 buckets for each power of two; the first 64 values have a bucket each. 2^36 ns is just over
  // a minute.
  static constexpr int precision_bits = 6;
  static constexpr int powers = 36 - precision_bits + 1;

  static std::size_t bucket_of(std::uint64_t value) noexcept;
  static std::uint64_t upper_bound(std::size_t bucket) noexcept;

  std::array<std::uint64_t, static_cast<std::size_t>(powers) << precision_bits> buckets_{};
  std::uint64_t count_ = 0;
  std::int64_t longest_ = 0;
};

}  // namespace quickclinic::load
