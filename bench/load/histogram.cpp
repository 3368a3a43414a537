#include "load/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace quickclinic::load {

std::size_t Histogram::bucket_of(std::uint64_t value) noexcept {
  const int shift = std::max(0, static_cast<int>(std::bit_width(value)) - precision_bits - 1);
  // Past the first power, value >> shift lies in [64, 128): the power above it makes the ranges
  // follow on.
  return static_cast<std::size_t>((static_cast<std::uint64_t>(shift) << precision_bits) +
                                  (value >> shift));
}

std::uint64_t Histogram::upper_bound(std::size_t bucket) noexcept {
  constexpr std::size_t per_power = std::size_t{1} << precision_bits;
  if (bucket < 2 * per_power) {
    return bucket;
  }
  const std::size_t shift = bucket / per_power - 1;
  const std::size_t mantissa = bucket % per_power + per_power;
  return ((static_cast<std::uint64_t>(mantissa) + 1) << shift) - 1;
}

void Histogram::record(Nanoseconds duration) noexcept {
  const auto clamped = std::clamp(duration, Nanoseconds::zero(), limit).count();
  ++buckets_[bucket_of(static_cast<std::uint64_t>(clamped))];
  ++count_;
  longest_ = std::max<std::int64_t>(longest_, clamped);
}

void Histogram::clear() noexcept { *this = Histogram(); }

Histogram::Nanoseconds Histogram::quantile(double share) const noexcept {
  const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
    seen += buckets_[bucket];
    if (seen >= wanted && seen > 0) {
      return Nanoseconds(std::min(static_cast<std::int64_t>(upper_bound(bucket)), longest_));
    }
  }
  return Nanoseconds::zero();
}

}  // namespace quickclinic::load
