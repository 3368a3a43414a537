#include "base/histogram.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace quickclinic {
namespace {

constexpr std::array second_bounds{0.00025, 0.0005, 0.001, 0.002, 0.003, 0.004, 0.006, 0.008,
                                   0.012,   0.016,  0.024, 0.032, 0.05,  0.075, 0.1,   0.15,
                                   0.25,    0.5,    1.0,   2.5,   5.0,   10.0};
constexpr std::array size_bounds{1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0};

}  // namespace

Histogram::Histogram(std::span<const double> bounds) noexcept : bounds_(bounds) {
  assert(bounds.size() <= bounds_max);
}

void Histogram::observe(double value) noexcept {
  const auto place = std::ranges::lower_bound(bounds_, value) - bounds_.begin();
  ++counts_[static_cast<std::size_t>(place)];
  sum_ += value;
}

void Histogram::add(const Histogram& other) noexcept {
  assert(bounds_.data() == other.bounds_.data());
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
  sum_ += other.sum_;
}

std::uint64_t Histogram::count() const noexcept {
  return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0});
}

std::span<const double> Histogram::seconds() noexcept { return second_bounds; }

std::span<const double> Histogram::sizes() noexcept { return size_bounds; }

}  // namespace quickclinic
